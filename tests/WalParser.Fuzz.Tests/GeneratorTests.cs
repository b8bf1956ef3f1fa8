using WalParser.Batches;
using WalParser.Framing;
using WalParser.Fuzz.Generation;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Tests;

/// <summary>Generated logs: the same seed gives the same log, and a reader finds what the description of the log states.</summary>
public class GeneratorTests
{
    public static TheoryData<int, int> Cases
    {
        get
        {
            var cases = new TheoryData<int, int>();
            foreach (HostileKind kind in Enum.GetValues<HostileKind>())
            {
                for (int seed = 1; seed <= 12; seed++)
                {
                    cases.Add((int)kind, seed);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_description_of_a_log_is_true(int kind, int seed)
    {
        HostileLog log = LogGenerator.Generate((HostileKind)kind, seed);
        LogReading reading = LogReading.Of(WalReader.Create(
            new MemoryStream(log.Bytes),
            new WalReaderOptions
            {
                RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords,
                LogNumber = log.LogNumber,
                MaxRecordSize = 1 << 20,
            }));

        Assert.NotEmpty(log.Flaws);
        Assert.Equal(
            log.Records,
            reading.Entries.Where(entry => entry.Kind == WalEntryKind.Record)
                .Select(entry => entry.Record)
                .Select(record => new HostileLog.Record(
                    record.Offset, record.EndOffset, new WriteBatch(record.Payload).Sequence, CountOf(record.Payload))));
        Assert.All(log.Flaws, flaw => Assert.True(IsSeen(log, reading, flaw), $"{flaw} is not reported; {reading.End}"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_seed_gives_the_same(int kind, int seed)
    {
        HostileLog log = LogGenerator.Generate((HostileKind)kind, seed);
        HostileLog again = LogGenerator.Generate((HostileKind)kind, seed);
        Assert.Equal(log.Bytes, again.Bytes);
        Assert.Equal(log.ToJson(), again.ToJson());
        Assert.NotEqual(log.Bytes, LogGenerator.Generate((HostileKind)kind, seed + 1).Bytes);
    }

    private static int CountOf(byte[] payload)
    {
        int count = 0;
        foreach (WriteBatchOperation operation in new WriteBatch(payload))
        {
            count += operation.HasKey ? 1 : 0;
        }

        return count;
    }

    private static bool IsSeen(HostileLog log, LogReading reading, HostileLog.Flaw flaw) => log.Kind switch
    {
        HostileKind.Zeros => log.Bytes[(int)flaw.Offset] == 0,
        HostileKind.Predecessor when flaw.Offset == 0 => reading.State.Contains(nameof(PredecessorWalInfo), StringComparison.Ordinal),
        HostileKind.OldRecord or HostileKind.WrongLogNumber => reading.Entries.Exists(entry =>
            entry.Kind == WalEntryKind.OldRecord && entry.OldRecord.Offset == flaw.Offset),
        HostileKind.Truncated => reading.End.Reason is WalEndReason.TruncatedBody or WalEndReason.IncompleteRecord
            && reading.End.Offset >= flaw.Offset,
        HostileKind.Batch => reading.Entries.Exists(entry =>
            entry.Record.Offset == flaw.Offset && entry.Record.Payload is { } payload && new WriteBatch(payload).Count != CountOf(payload)),
        _ => reading.End.Offset == flaw.Offset
            || reading.Entries.Exists(entry => entry.Kind == WalEntryKind.Corruption && entry.Corruption.Offset == flaw.Offset),
    };
}
