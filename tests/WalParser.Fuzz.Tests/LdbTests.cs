using System.Diagnostics;
using System.Globalization;
using WalParser.Fuzz.Generation;
using WalParser.Tests.Fixtures;

namespace WalParser.Fuzz.Tests;

/// <summary>RocksDB's own reader (<c>ldb dump_wal</c>) finds in a generated log what its description states.</summary>
public sealed class LdbTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-fuzz-ldb-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>
    /// All kinds except the one whose logs RocksDB reads forever, and the one whose control records are unknown to RocksDB 7.8, which stops
    /// at them.
    /// </summary>
    public static TheoryData<int> Kinds =>
        [.. Enum.GetValues<HostileKind>().Except([HostileKind.UnexpectedRecyclable, HostileKind.TimestampSizes]).Select(kind => (int)kind)];

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Ldb_reads_the_records_that_can_still_be_read(int kind)
    {
        int compared = 0;
        for (int seed = 1; seed <= 6; seed++)
        {
            HostileLog log = LogGenerator.Generate((HostileKind)kind, seed);

            // RocksDB 7.8 does not know this type, and reads the header of the recyclable type as a short header.
            if (log is { IsRecyclable: true, Kind: HostileKind.Predecessor })
            {
                continue;
            }

            string path = Path.Combine(_folder, log.Name);
            File.WriteAllBytes(path, log.Bytes);
            IEnumerable<HostileLog.Record> expected = log.Records.Where(record => !EndsAtFlaw(log) || record.Offset < log.Flaws[0].Offset);
            Assert.Equal(expected.Select(record => (record.Sequence, record.Offset)), Dump(path));
            compared++;
        }

        Assert.InRange(compared, 1, 6);
    }

    /// <summary>
    /// Whether ldb stops at the first flaw. It reads like recovery in the mode TolerateCorruptedTailRecords, where damage and old records
    /// end a recycled log, and it shows nothing after a batch that it cannot show.
    /// </summary>
    private static bool EndsAtFlaw(HostileLog log) => log.Kind switch
    {
        HostileKind.Checksum or HostileKind.Length or HostileKind.WrongType or HostileKind.CrossesBlock
            or HostileKind.OldRecord or HostileKind.WrongLogNumber =>
            log.IsRecyclable,
        HostileKind.Batch or HostileKind.Bomb => true,
        _ => false,
    };

    /// <summary>Reads the sequence numbers and offsets of the records.</summary>
    private static List<(ulong Sequence, long Offset)> Dump(string path)
    {
        SystemProgram.SkipIfAbsent("ldb");
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo("ldb", ["dump_wal", $"--walfile={path}"]), Patience);
        return
        [
            .. process.End().Output.Split('\n')
                .Select(line => line.Split(','))
                .Where(fields => fields.Length >= 5 && ulong.TryParse(fields[0], CultureInfo.InvariantCulture, out _))
                .Select(fields =>
                    (ulong.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[3], CultureInfo.InvariantCulture))),
        ];
    }
}
