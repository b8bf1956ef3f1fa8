using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Salvage;

/// <summary>Fragments whose header is damaged, but whose checksum shows what it contained.</summary>
public class MendedHeaderTests
{
    private const int BlockSize = 32768;
    private const int HeaderSize = 7;
    private const int RecyclableHeaderSize = 11;
    private const int LengthOffset = 4;

    private static readonly byte[][] Records =
    [
        TempDatabase.Puts(1, 1),
        TempDatabase.Puts(2, 1, new string('v', 3 * BlockSize)),
        TempDatabase.Puts(3, 1),
        TempDatabase.Puts(4, 1),
    ];

    /// <summary>The records that have a fragment with a damaged header: alone in their fragment, or in four fragments.</summary>
    public static TheoryData<int, ulong?> DamagedNumbers
    {
        get
        {
            TheoryData<int, ulong?> cases = [];
            foreach (int fragment in Enumerable.Range(0, 7))
            {
                cases.Add(fragment, 20);
                cases.Add(fragment, null);
            }

            return cases;
        }
    }

    /// <summary>Only the log number in a header is damaged: no record is lost, whether the number of the log is given or not.</summary>
    [Theory]
    [MemberData(nameof(DamagedNumbers))]
    public async Task A_damaged_log_number_loses_nothing(int fragment, ulong? given)
    {
        foreach (int at in Enumerable.Range(0, sizeof(uint)))
        {
            foreach (byte bits in (byte[])[0x01, 0x80])
            {
                byte[] log = TempDatabase.LogOf(Records, recycledAs: 20);
                int offset = OffsetOf(fragment, RecyclableHeaderSize);
                log[offset + HeaderSize + at] ^= bits;
                SalvagedLog report = await SalvageAsync(log, given);
                Finding mended = Assert.Single(report.Mended);
                Assert.Equal((FindingKind.DamagedLogNumber, (long)offset, 0), (mended.Kind, mended.Offset, mended.Bytes));
                Assert.Equal((0, 1, 0), (report.LossCount, report.RecoveredRecords, report.StaleBytes));
            }
        }
    }

    /// <summary>The same for the length.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(4, true)]
    [InlineData(6, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(5, false)]
    public async Task A_damaged_length_loses_nothing(int fragment, bool isRecyclable)
    {
        byte[] log = TempDatabase.LogOf(Records, isRecyclable ? 20u : null);
        int offset = OffsetOf(fragment, isRecyclable ? RecyclableHeaderSize : HeaderSize);
        log[offset + LengthOffset] ^= 0x04;
        SalvagedLog report = await SalvageAsync(log, 20);
        Finding mended = Assert.Single(report.Mended);
        Assert.Equal((FindingKind.BadRecordLength, (long)offset), (mended.Kind, mended.Offset));
        Assert.Equal(0, report.LossCount);
        Assert.True(report.RecoveredRecords > 0);
    }

    /// <summary>A fragment of another log, whose checksum matches with its own number, is not taken for one of this log.</summary>
    [Fact]
    public async Task A_fragment_of_another_log_is_not_mended()
    {
        var bytes = new MemoryStream();
        new LogBuilder(bytes, 20).Record(Records[0])
            .Fragment(FragmentType.RecyclableFull, TempDatabase.Puts(9, 1), 12)
            .Fragment(FragmentType.RecyclableFull, Records[2], 20);
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(bytes.ToArray(), 20);
        Assert.Equal([Records[0], Records[2]], salvaged);
        Assert.Equal((0, 1), (report.MendedCount, report.LossCount));
    }

    [Theory]
    [InlineData("reports/log-number-middle/000020.log", 3, 61)]
    [InlineData("reports/log-number-kvrocks/db/000020.log", 6, 108)]
    public async Task The_reported_logs_are_salvaged_completely(string name, int records, long offset)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(name));
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(log, 20);
        Assert.Equal(records, salvaged.Count);
        Assert.Equal(Enumerable.Range(1, records).Select(i => (ulong)i), salvaged.Select(record => BitConverter.ToUInt64(record)));
        Assert.Equal((0, 1, offset), (report.LossCount, report.MendedCount, report.Mended[0].Offset));
    }

    private static async Task<SalvagedLog> SalvageAsync(byte[] log, ulong? number)
    {
        using var folder = new TempDatabase();
        string path = folder.Write(number is { } given ? WalFileName.Of(given) : "log", log);
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(path), folder.PathOf("out"));
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Salvaging.AssertAccount(salvaged, log.Length);
        Assert.Equal(Records, await TempDatabase.RecordsOfAsync(salvaged.OutputPath!));
        Assert.False(report.HasLosses);
        return salvaged;
    }

    /// <summary>Returns the offset of a fragment: one of the first record, four of the second, and one of each other.</summary>
    private static int OffsetOf(int fragment, int headerSize)
    {
        int first = headerSize + Records[0].Length;
        if (fragment < 2)
        {
            return fragment * first;
        }

        if (fragment < 5)
        {
            return (fragment - 1) * BlockSize;
        }

        int split = BlockSize - first - headerSize + (2 * (BlockSize - headerSize));
        int third = (3 * BlockSize) + headerSize + Records[1].Length - split;
        return fragment == 5 ? third : third + headerSize + Records[2].Length;
    }
}
