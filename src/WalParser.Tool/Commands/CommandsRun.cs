using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Commands;

/// <summary>Reads WALs and writes the commands that result from them.</summary>
internal sealed class CommandsRun(
    DatabaseBatches batches,
    CommandConverter converter,
    ICommandFormatter formatter,
    NamespaceDatabases databases,
    ulong? fromSequence)
{
    /// <summary>
    /// Converts the WALs and returns the exit code. Damage is reported on standard error, and reading continues after it.
    /// </summary>
    public async Task<int> ConvertAsync()
    {
        while (await batches.MoveNextAsync())
        {
            if (batches.IsStartMissing)
            {
                // The commands would be for a dataset that the target does not have.
                batches.Stop();
                return batches.ExitCode;
            }

            Convert(batches.Batch);
        }

        batches.Stop();

        Write(converter.Complete());
        return batches.ExitCode;
    }

    private void Convert(WriteBatch batch)
    {
        if (batches.IsAfterLoss)
        {
            converter.NoteGap();
        }

        if (batch.Sequence < fromSequence)
        {
            converter.Skip(ref batch);
            (formatter as AofCommands)?.BeginBatch(batch.Sequence, converter.Changes!);
        }
        else
        {
            IReadOnlyList<RedisCommand> commands = converter.Convert(ref batch);
            (formatter as AofCommands)?.BeginBatch(batch.Sequence, converter.Changes!);
            Write(commands);
        }
    }

    private void Write(IReadOnlyList<RedisCommand> commands)
    {
        foreach (RedisCommand command in commands)
        {
            if (databases.SelectFor(command) is { } select)
            {
                formatter.Write(select);
            }

            formatter.Write(command);
        }
    }
}
