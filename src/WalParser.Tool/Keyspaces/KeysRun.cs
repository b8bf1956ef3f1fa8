using System.Globalization;
using WalParser.Batches;
using WalParser.Framing;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Survey;

namespace WalParser.Tool.Keyspaces;

/// <summary>Builds up a keyspace from logs, and has its keys shown.</summary>
internal sealed class KeysRun(ToolConsole console, SlotEncoding slotEncoding, ulong? atSequence)
{
    private const WalRecoveryMode Mode = WalRecoveryMode.PointInTimeRecovery;

    private readonly Keyspace _keyspace = new(new KeyspaceOptions { SlotEncoding = slotEncoding });

    /// <summary>Applies the logs, and returns the exit code. Damage is told on standard error, and what lies behind it is applied all the same.</summary>
    public async Task<int> ReadAsync(WalInputs inputs, ProgressLine progress, CancellationToken cancellationToken)
    {
        int exitCode = ExitCode.Clean;
        foreach (InputFailure failure in inputs.Failures)
        {
            console.Say(failure.ToString());
            exitCode = ExitCode.Failure;
        }

        foreach (WalInput input in inputs.All)
        {
            try
            {
                progress.BeginFile(input.Label);
                bool isClean = await ReadAsync(input, progress, cancellationToken);
                exitCode = Math.Max(exitCode, isClean ? ExitCode.Clean : ExitCode.Damage);
            }
            catch (Exception e) when (InputFailure.IsCausedBy(e))
            {
                console.Say(new InputFailure(input.Path, e).ToString());
                exitCode = ExitCode.Failure;
            }
        }

        Tell("could not be read as Kvrocks's and changed nothing", "operation", _keyspace.UndecodableCount);
        Tell("belong to keys whose metadata is not in these logs", "element", _keyspace.OrphanCount + _keyspace.DroppedOrphanCount);
        return _keyspace.UndecodableCount > 0 ? Math.Max(exitCode, ExitCode.Damage) : exitCode;
    }

    /// <summary>Shows the keys, by namespace and key in byte order.</summary>
    public void Write(IKeyWriter writer, ReadOnlyMemory<byte>? ns, ulong nowMilliseconds)
    {
        KeyspaceKey[] keys =
        [
            .. _keyspace.Keys.Where(key => key.ExistsAt(nowMilliseconds) && (ns is not { } wanted || key.Namespace.Span.SequenceEqual(wanted.Span))),
        ];
        Array.Sort(keys, (x, y) =>
        {
            int order = x.Namespace.Span.SequenceCompareTo(y.Namespace.Span);
            return order != 0 ? order : x.UserKey.Span.SequenceCompareTo(y.UserKey.Span);
        });
        foreach (KeyspaceKey key in keys)
        {
            writer.Write(key);
        }
    }

    private async Task<bool> ReadAsync(WalInput input, ProgressLine progress, CancellationToken cancellationToken)
    {
        var judge = new DamageJudge(Mode);
        await using WalReader reader = input.OpenReader(console, Mode);
        while (await reader.ReadAsync(cancellationToken))
        {
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    judge.TakeRecord(reader.Record.EndOffset);
                    Apply(reader.Record, judge);
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

        judge.TakeEnd(reader);
        progress.EndFile(reader.Position);
        foreach (Damage damage in judge.Damages.Kept)
        {
            console.Say($"{input.Label}: {damage}");
        }

        return judge.Damages.Count == 0;
    }

    private void Apply(in WalRecord record, DamageJudge judge)
    {
        var batch = new WriteBatch(record);
        if (batch.Count > 0 && batch.Sequence + (batch.Count - 1) > (atSequence ?? ulong.MaxValue))
        {
            return;
        }

        _keyspace.Apply(ref batch);
        if (BatchDamage.TryFind(record, batch, out Damage damage))
        {
            judge.TakeBatchDamage(damage);
        }
    }

    private void Tell(string what, string thing, long count)
    {
        if (count > 0)
        {
            console.Say(string.Create(CultureInfo.InvariantCulture, $"{count:N0} {thing}{(count == 1 ? "" : "s")} {what}"));
        }
    }
}
