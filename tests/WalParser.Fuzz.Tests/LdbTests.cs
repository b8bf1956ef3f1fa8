using System.Diagnostics;
using System.Globalization;
using WalParser.Fuzz.Generation;
using WalParser.TestSupport.Processes;

namespace WalParser.Fuzz.Tests;

/// <summary>What is said of a generated log is what RocksDB's own reader finds in it, by <c>ldb dump_wal</c>.</summary>
public sealed class LdbTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = Directory.CreateTempSubdirectory("walparser-fuzz-ldb-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>All kinds but the one whose logs RocksDB reads forever, and the one whose control records RocksDB 7.8 does not know and stops at.</summary>
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

            // RocksDB 7.8 does not know this type, and takes the header of the recyclable one for a short one.
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
    /// Whether ldb stops at the first flaw. It reads as recovery does in the mode TolerateCorruptedTailRecords, where damage and old records end a log that was
    /// recycled; and it shows nothing behind a batch that cannot be shown.
    /// </summary>
    private static bool EndsAtFlaw(HostileLog log) => log.Kind switch
    {
        HostileKind.Checksum or HostileKind.Length or HostileKind.WrongType or HostileKind.CrossesBlock or HostileKind.OldRecord or HostileKind.WrongLogNumber =>
            log.IsRecyclable,
        HostileKind.Batch or HostileKind.Bomb => true,
        _ => false,
    };

    /// <summary>The sequence numbers and offsets of the records.</summary>
    private static List<(ulong Sequence, long Offset)> Dump(string path)
    {
        SystemProgram.SkipIfAbsent("ldb");
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo("ldb", ["dump_wal", $"--walfile={path}"]), Patience);
        return
        [
            .. process.End().Output.Split('\n')
                .Select(line => line.Split(','))
                .Where(fields => fields.Length >= 5 && ulong.TryParse(fields[0], CultureInfo.InvariantCulture, out _))
                .Select(fields => (ulong.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[3], CultureInfo.InvariantCulture))),
        ];
    }
}
