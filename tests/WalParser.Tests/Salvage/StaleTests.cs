using WalParser.Findings;
using WalParser.Framing;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests.Salvage;

/// <summary>Salvage of the earlier log in a recycled file, and the losses that recovery reports for the records that it skips.</summary>
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

    /// <summary>
    /// Of an old log that is overwritten with a shorter one, exactly the records that lie completely past the end of the shorter log are
    /// salvaged.
    /// </summary>
    /// <param name="live">The number of records of the shorter log.</param>
    /// <param name="size">The greatest size of the values in the old log.</param>
    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Exactly_the_records_past_the_live_end_are_stale(int live, int size)
    {
        var random = new Random(7);
        byte[][] old = [.. Enumerable.Range(0, 300).Select(i => TempDatabase.Puts((ulong)i + 1, 1, new string('o', random.Next(1, size))))];
        byte[][] records =
        [
            .. Enumerable.Range(0, live).Select(i => TempDatabase.Puts((ulong)i + 1000, 1, new string('n', random.Next(1, 20)))),
        ];
        byte[] before = TempDatabase.LogOf(old, recycledAs: 9);
        byte[] after = TempDatabase.LogOf(records, recycledAs: 10);
        byte[] log = [.. after, .. before[after.Length..]];
        OriginalRecord[] past = [.. (await Salvaging.RecordsOfAsync(before, 9)).Where(record => record.Offset >= after.Length)];
        Assert.InRange(past.Length, 1, old.Length - 1);
        using var folder = new TempDatabase();
        string source = folder.Write("db/000010.log", log);
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(source), folder.PathOf("out"), new SalvageOptions { IncludesStale = true });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Salvaging.AssertAccount(salvaged, log.Length);
        Assert.Equal((0, log.Length - after.Length), (salvaged.LossCount, salvaged.StaleBytes));
        Assert.Equal(records, await TempDatabase.RecordsOfAsync(salvaged.OutputPath!));
        StaleLog stale = Assert.Single(salvaged.Stale);
        Assert.Equal((9U, past.Length), (stale.LogNumber, stale.Records));
        Assert.Equal(past.Select(record => record.Payload), await TempDatabase.RecordsOfAsync(stale.OutputPath));
    }

    /// <summary>
    /// The first and the last fragment of a record whose middle is damaged are not joined, although together they would be a valid batch.
    /// </summary>
    [Theory]
    [InlineData(9)]
    [InlineData(10)]
    public async Task Fragments_around_damage_are_not_joined(uint number)
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
            SalvageReport report = await LogSalvage.RunAsync(
                await WalSet.OpenAsync(source), folder.PathOf("out"), new SalvageOptions { IncludesStale = true });
            SalvagedLog salvaged = Assert.Single(report.Logs);
            string written = number == 10 ? salvaged.OutputPath! : Assert.Single(salvaged.Stale).OutputPath;
            List<byte[]> records = [.. (await TempDatabase.RecordsOfAsync(written)).Skip(number == 10 ? 1 : 0)];
            Assert.Equal(isDamaged ? [TempDatabase.Puts(101, 1)] : [whole, TempDatabase.Puts(101, 1)], records);
        }
    }

    /// <summary>The bytes that recovery does not replay between two records, or after the last one, are listed as a loss.</summary>
    [Theory]
    [InlineData(WalRecoveryMode.SkipAnyCorruptedRecords)]
    [InlineData(WalRecoveryMode.PointInTimeRecovery)]
    public async Task Bytes_that_recovery_skips_are_listed(WalRecoveryMode mode)
    {
        byte[] log = TempDatabase.LogOf(Enumerable.Range(1, 200).Select(i => TempDatabase.Puts((ulong)i, 1, new string('v', 900))));
        List<OriginalRecord> originals = await Salvaging.RecordsOfAsync(log, 10);
        const int Damaged = 15;
        log[originals[Damaged].Offset + 30] ^= 1;
        using var folder = new TempDatabase();
        folder.Write("db/000010.log", log);
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(folder.PathOf("db")), folder.PathOf("out"),
            new SalvageOptions { View = SalvageView.Recovery, Mode = mode });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Salvaging.AssertAccount(salvaged, log.Length);

        // Recovery skips the rest of the block, and the rest of the record that continues after it.
        List<byte[]> written = await TempDatabase.RecordsOfAsync(salvaged.OutputPath!);
        bool isSkipping = mode == WalRecoveryMode.SkipAnyCorruptedRecords;
        OriginalRecord[] kept = [.. originals.Where((record, i) => i < Damaged || (isSkipping && record.Offset >= 32768))];
        Assert.Equal(kept.Select(record => record.Payload), written);
        long end = isSkipping ? kept[Damaged].Offset : log.Length;
        Finding loss = Assert.Single(salvaged.Losses);
        long offset = originals[Damaged].Offset;
        Assert.Equal(new Finding { Kind = FindingKind.ChecksumMismatch, Offset = offset, Bytes = end - offset }, loss);
        Assert.Equal(loss.Bytes, salvaged.LostBytes);
    }
}
