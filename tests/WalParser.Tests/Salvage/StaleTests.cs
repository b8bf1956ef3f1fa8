using WalParser.Framing;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests.Salvage;

/// <summary>What is salvaged of the earlier life of a recycled log, and what recovery tells of what it passes over.</summary>
public class StaleTests
{
    private const int HeaderSize = 11;

    public static TheoryData<int, int> Sizes
    {
        get
        {
            TheoryData<int, int> sizes = [];
            foreach (int live in (int[])[1, 7, 60, 200])
            {
                foreach (int size in (int[])[10, 777, 40_000])
                {
                    sizes.Add(live, size);
                }
            }

            return sizes;
        }
    }

    /// <summary>Of an old log that a shorter one was written over, exactly the records come out that lie wholly behind the shorter one's end.</summary>
    /// <param name="live">How many records the shorter log has.</param>
    /// <param name="size">The greatest size of the old one's values.</param>
    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Exactly_the_records_behind_the_live_end_are_stale(int live, int size)
    {
        var random = new Random(7);
        byte[][] old = [.. Enumerable.Range(0, 300).Select(i => TempDatabase.Puts((ulong)i + 1, 1, new string('o', random.Next(1, size))))];
        byte[][] records = [.. Enumerable.Range(0, live).Select(i => TempDatabase.Puts((ulong)i + 1000, 1, new string('n', random.Next(1, 20))))];
        byte[] before = TempDatabase.LogOf(old, recycledAs: 9);
        byte[] after = TempDatabase.LogOf(records, recycledAs: 10);
        byte[] log = [.. after, .. before[after.Length..]];
        OriginalRecord[] behind = [.. (await Salvaging.RecordsOfAsync(before, 9)).Where(record => record.Offset >= after.Length)];
        Assert.InRange(behind.Length, 1, old.Length - 1);
        using var folder = new TempDatabase();
        string source = folder.Write("db/000010.log", log);
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(source), folder.PathOf("out"), new SalvageOptions { IncludesStale = true });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Salvaging.AssertAccount(salvaged, log.Length);
        Assert.Equal((0, log.Length - after.Length), (salvaged.LossCount, salvaged.StaleBytes));
        Assert.Equal(records, await TempDatabase.RecordsOfAsync(salvaged.OutputPath!));
        StaleLog stale = Assert.Single(salvaged.Stale);
        Assert.Equal((9U, behind.Length), (stale.LogNumber, stale.Records));
        Assert.Equal(behind.Select(record => record.Payload), await TempDatabase.RecordsOfAsync(stale.OutputPath));
    }

    /// <summary>A beginning and an end whose middle is damaged do not come to a record, though together they would be a sound batch.</summary>
    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public async Task What_lies_apart_is_not_joined(uint number)
    {
        byte[] whole = new WriteBatchBuilder(100).LogData(new byte[50]).LogData(new byte[50]).LogData(new byte[50]).Build().ToArray();
        int part = (whole.Length - 12) / 3;
        byte[][] parts = [whole[..(12 + part)], whole[(12 + part)..(12 + (2 * part))], whole[(12 + (2 * part))..]];
        Assert.Null(Salvaging.CorruptionOf([.. parts[0], .. parts[2]]));
        foreach (bool isDamaged in (bool[])[false, true])
        {
            var bytes = new MemoryStream();
            LogBuilder log = new LogBuilder(bytes, 10).Record(TempDatabase.Puts(number == 10 ? 1UL : 1000, 1));
            log.Fragment(FragmentType.RecyclableFirst, parts[0], number);
            int middle = (int)bytes.Length;
            log.Fragment(FragmentType.RecyclableMiddle, parts[1], number)
                .Fragment(FragmentType.RecyclableLast, parts[2], number)
                .Fragment(FragmentType.RecyclableFull, TempDatabase.Puts(101, 1), number);
            byte[] damaged = bytes.ToArray();
            damaged[middle + HeaderSize + 20] ^= (byte)(isDamaged ? 1 : 0);
            using var folder = new TempDatabase();
            string source = folder.Write("db/000010.log", damaged);
            SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(source), folder.PathOf("out"), new SalvageOptions { IncludesStale = true });
            SalvagedLog salvaged = Assert.Single(report.Logs);
            string written = number == 10 ? salvaged.OutputPath! : Assert.Single(salvaged.Stale).OutputPath;
            List<byte[]> records = [.. (await TempDatabase.RecordsOfAsync(written)).Skip(number == 10 ? 1 : 0)];
            Assert.Equal(isDamaged ? [TempDatabase.Puts(101, 1)] : [whole, TempDatabase.Puts(101, 1)], records);
        }
    }

    /// <summary>What recovery does not replay between two records, or behind the last, is a loss of that many bytes there.</summary>
    [Theory]
    [InlineData(WalRecoveryMode.SkipAnyCorruptedRecords)]
    [InlineData(WalRecoveryMode.PointInTimeRecovery)]
    public async Task What_recovery_passes_over_is_listed(WalRecoveryMode mode)
    {
        byte[] log = TempDatabase.LogOf(Enumerable.Range(1, 200).Select(i => TempDatabase.Puts((ulong)i, 1, new string('v', 900))));
        List<OriginalRecord> originals = await Salvaging.RecordsOfAsync(log, 10);
        const int Damaged = 15;
        log[originals[Damaged].Offset + 30] ^= 1;
        using var folder = new TempDatabase();
        folder.Write("db/000010.log", log);
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(folder.PathOf("db")), folder.PathOf("out"), new SalvageOptions { View = SalvageView.Recovery, Mode = mode });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Salvaging.AssertAccount(salvaged, log.Length);

        // Recovery passes over the rest of the block, and of the record that goes on behind it.
        List<byte[]> written = await TempDatabase.RecordsOfAsync(salvaged.OutputPath!);
        bool isSkipping = mode == WalRecoveryMode.SkipAnyCorruptedRecords;
        OriginalRecord[] kept = [.. originals.Where((record, i) => i < Damaged || (isSkipping && record.Offset >= 32768))];
        Assert.Equal(kept.Select(record => record.Payload), written);
        long end = isSkipping ? kept[Damaged].Offset : log.Length;
        SalvageLoss loss = Assert.Single(salvaged.Losses);
        Assert.Equal(new SalvageLoss(originals[Damaged].Offset, end - originals[Damaged].Offset, "checksum mismatch"), loss);
        Assert.Equal(loss.Bytes, salvaged.LostBytes);
    }
}
