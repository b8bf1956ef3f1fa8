using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Commands;

/// <summary>Reads WALs and writes the commands that undo their last batches.</summary>
internal sealed class UndoRun(
    DatabaseBatches batches,
    UndoConverter converter,
    ICommandFormatter formatter,
    NamespaceDatabases databases,
    ulong fromSequence)
{
    /// <summary>
    /// Converts the WALs and returns the exit code. Damage is reported on standard error, and reading continues after it.
    /// </summary>
    public async Task<int> ConvertAsync()
    {
        while (await batches.MoveNextAsync() && !batches.IsStartMissing)
        {
            Apply(batches.Batch);
        }

        if (batches.IsStartMissing)
        {
            // The state before that number is not known, or lies inside a batch.
            return batches.ExitCode;
        }

        batches.Stop();
        foreach (RedisCommand command in converter.Complete())
        {
            if (databases.SelectFor(command) is { } select)
            {
                formatter.Write(select);
            }

            formatter.Write(command);
        }

        foreach (KeyLeftAlone key in converter.LeftAlone)
        {
            formatter.Write(key);
        }

        return batches.ExitCode;
    }

    private void Apply(WriteBatch batch)
    {
        if (batch.Sequence < fromSequence)
        {
            converter.Skip(ref batch);
        }
        else
        {
            converter.Undo(ref batch);
        }
    }
}
