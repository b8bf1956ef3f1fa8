using System.Globalization;
using WalParser.Testing.Generation;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;

namespace WalParser.Testing.Tests.Generation;

/// <summary>RocksDB's reader finds the records that the generator states: <c>ldb dump_wal</c>.</summary>
public sealed class LdbTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>
    /// All kinds except the one whose logs RocksDB reads forever, and the one whose control records are unknown to RocksDB 7.8, which stops
    /// there.
    /// </summary>
    public static TheoryData<int> Kinds =>
        [.. Enum.GetValues<HostileKind>().Except([HostileKind.UnexpectedRecyclable, HostileKind.TimestampSizes]).Select(kind => (int)kind)];

    [SkippableTheory]
    [MemberData(nameof(Kinds))]
    public void Ldb_reads_the_readable_records(int kind)
    {
        int compared = 0;
        for (int seed = 1; seed <= 6; seed++)
        {
            HostileLog log = LogGenerator.Generate((HostileKind)kind, seed);

            // RocksDB 7.8 does not know this type, and reads the header of the recyclable form as a short one.
            if (log is { IsRecyclable: true, Kind: HostileKind.Predecessor })
            {
                continue;
            }

            string path = _folder.Write(log.Name, log.Bytes);
            IEnumerable<HostileRecord> expected = log.Records.Where(record => !EndsAtFlaw(log) || record.Offset < log.Flaws[0].Offset);
            Assert.Equal(expected.Select(record => (record.Sequence, record.Offset)), Dump(path));
            compared++;
        }

        Assert.InRange(compared, 1, 6);
    }

    /// <summary>
    /// Returns whether ldb stops at the first flaw. It reads like recovery in the mode TolerateCorruptedTailRecords, in which damage and
    /// old records end a recycled log. It shows nothing after a batch that it cannot show.
    /// </summary>
    private static bool EndsAtFlaw(HostileLog log) => log.Kind switch
    {
        HostileKind.Checksum or HostileKind.Length or HostileKind.WrongType or HostileKind.CrossesBlock
            or HostileKind.OldRecord or HostileKind.WrongLogNumber => log.IsRecyclable,
        HostileKind.Batch or HostileKind.Bomb => true,
        _ => false,
    };

    /// <summary>Returns the sequence numbers and the offsets of the records that ldb shows.</summary>
    private static IEnumerable<(ulong Sequence, long Offset)> Dump(string path) =>
        Ldb.TryDumpWal(path).Lines.Select(line => line.Split(',')).Select(fields =>
            (ulong.Parse(fields[0], CultureInfo.InvariantCulture), long.Parse(fields[3], CultureInfo.InvariantCulture)));
}
