using WalParser.Batches;
using WalParser.Framing;
using WalParser.Testing.Generation;

namespace WalParser.Testing.Tests.Generation;

/// <summary>
/// Generated logs: the same seed results in the same log, and a reader finds the flaws and records that the generator states.
/// </summary>
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
    public void A_reader_finds_the_flaws_and_records_that_the_generator_states(int kind, int seed)
    {
        HostileLog log = LogGenerator.Generate((HostileKind)kind, seed);
        Reading reading = Read(log);
        Assert.NotEmpty(log.Flaws);
        Assert.Equal(log.Records, reading.Records.Select(record => record.Record));
        Assert.All(log.Flaws, flaw => Assert.True(IsSeen(log, reading, flaw), $"{flaw} is not reported; {reading.End}"));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_seed_results_in_the_same_log(int kind, int seed)
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

    private static Reading Read(HostileLog log)
    {
        var reading = new Reading();
        using WalReader reader = WalReader.Create(
            new MemoryStream(log.Bytes),
            new WalReaderOptions
            {
                RecoveryMode = WalRecoveryMode.SkipAnyCorruptedRecords,
                LogNumber = log.LogNumber,
                MaxRecordSize = 1 << 20,
            });
        while (reader.ReadAsync().AsTask().GetAwaiter().GetResult())
        {
            switch (reader.Kind)
            {
                case WalEntryKind.Record:
                    WalRecord record = reader.Record;
                    var batch = new WriteBatch(record.Payload);
                    int count = CountOf(record.Payload.ToArray());
                    reading.Records.Add((new HostileRecord(record.Offset, record.EndOffset, batch.Sequence, count), batch.Count));
                    break;
                case WalEntryKind.OldRecord:
                    reading.OldRecords.Add(reader.OldRecord.Offset);
                    break;
                default:
                    reading.Corruptions.Add(reader.Finding.Offset);
                    break;
            }
        }

        reading.End = reader.End!.Value;
        reading.HasPredecessor = reader.Predecessor is not null;
        return reading;
    }

    private static bool IsSeen(HostileLog log, Reading reading, HostileFlaw flaw) => log.Kind switch
    {
        HostileKind.Zeros => log.Bytes[(int)flaw.Offset] == 0,
        HostileKind.Predecessor when flaw.Offset == 0 => reading.HasPredecessor,
        HostileKind.OldRecord or HostileKind.WrongLogNumber => reading.OldRecords.Contains(flaw.Offset),
        HostileKind.Truncated =>
            reading.End.Reason is WalEndReason.TruncatedBody or WalEndReason.IncompleteRecord && reading.End.Offset >= flaw.Offset,
        HostileKind.Batch => reading.Records.Exists(
            record => record.Record.Offset == flaw.Offset && record.ClaimedCount != record.Record.Count),
        _ => reading.End.Offset == flaw.Offset || reading.Corruptions.Contains(flaw.Offset),
    };

    private sealed class Reading
    {
        public List<(HostileRecord Record, uint ClaimedCount)> Records { get; } = [];

        public List<long> Corruptions { get; } = [];

        public List<long> OldRecords { get; } = [];

        public WalEnd End { get; set; }

        public bool HasPredecessor { get; set; }
    }
}
