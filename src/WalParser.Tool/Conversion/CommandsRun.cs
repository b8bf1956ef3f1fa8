using WalParser.Batches;
using WalParser.Files;
using WalParser.Framing;
using WalParser.Kvrocks.Commands;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;

namespace WalParser.Tool.Conversion;

/// <summary>Reads logs and has the commands written that they come to.</summary>
internal sealed class CommandsRun(
    ToolConsole console, CommandConverter converter, ICommandFormatter formatter, NamespaceDatabases databases, ulong? fromSequence, ulong? toSequence)
{
    private const WalRecoveryMode Mode = WalRecoveryMode.PointInTimeRecovery;

    private ulong? _expected;
    private ulong _highest;
    private bool _isAtEnd;

    /// <summary>Converts the logs, and returns the exit code. Damage is told on standard error, and reading goes on behind it.</summary>
    public async Task<int> ConvertAsync(WalInputs inputs, ProgressLine progress, CancellationToken cancellationToken)
    {
        int exitCode = ExitCode.Clean;
        foreach (InputFailure failure in inputs.Failures)
        {
            console.Say(failure.ToString());
            exitCode = ExitCode.Failure;
        }

        foreach (WalInput input in inputs.All)
        {
            if (_isAtEnd)
            {
                break;
            }

            try
            {
                progress.BeginFile(input.Label);
                bool isClean = await ConvertAsync(input, progress, cancellationToken);
                exitCode = Math.Max(exitCode, isClean ? ExitCode.Clean : ExitCode.Damage);
            }
            catch (Exception e) when (InputFailure.IsCausedBy(e))
            {
                console.Say(new InputFailure(input.Path, e).ToString());
                exitCode = ExitCode.Failure;
            }
        }

        Write(converter.Complete());
        return exitCode;
    }

    private async Task<bool> ConvertAsync(WalInput input, ProgressLine progress, CancellationToken cancellationToken)
    {
        var judge = new DamageJudge(Mode);
        bool isContinuous = true;
        await using WalReader reader = input.OpenReader(console, Mode);
        while (!_isAtEnd && await reader.ReadAsync(cancellationToken))
        {
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    judge.TakeRecord(reader.Record.EndOffset);
                    isContinuous &= Convert(input, reader.Record, judge);
                    break;
                case WalEntryKind.Corruption:
                    judge.TakeCorruption(reader.Corruption);
                    break;
                case WalEntryKind.OldRecord:
                    judge.TakeOldRecord(reader.OldRecord);
                    break;
            }

            progress.Report(reader.Position);
        }

        if (!_isAtEnd)
        {
            judge.TakeEnd(reader);
        }

        progress.EndFile(reader.Position);
        foreach (Damage damage in judge.Damages.Kept)
        {
            console.Say($"{input.Label}: {damage}");
        }

        return isContinuous && judge.Damages.Count == 0;
    }

    /// <summary>Converts a record, and returns whether it continues the one before.</summary>
    private bool Convert(WalInput input, in WalRecord record, DamageJudge judge)
    {
        var batch = new WriteBatch(record);
        if (batch.Sequence > toSequence)
        {
            _isAtEnd = true;
            return true;
        }

        ulong next = batch.Sequence + (uint)batch.Count;
        bool isContinuous = _expected is not { } expected || batch.Sequence == expected;
        if (!isContinuous)
        {
            var found = new SequenceBreak(_expected!.Value, batch.Sequence, next, _highest, input.ToWalFile(console), record.Offset);
            console.Say($"{input.Label}, offset {record.Offset}: {found}");
        }

        _expected = next;
        _highest = Math.Max(_highest, next);
        if (batch.Sequence < fromSequence)
        {
            converter.Skip(ref batch);
        }
        else
        {
            Write(converter.Convert(ref batch));
        }

        if (BatchDamage.TryFind(record, batch, out Damage damage))
        {
            judge.TakeBatchDamage(damage);
        }

        return isContinuous;
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
