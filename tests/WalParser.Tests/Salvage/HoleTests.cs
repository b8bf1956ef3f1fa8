using System.Text;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Salvage;

/// <summary>What is known about what was lost: the sequence numbers, and the keys that change before and after it.</summary>
public class HoleTests
{
    [Fact]
    public async Task A_hole_has_the_keys_and_families_next_to_it()
    {
        using var folder = new TempDatabase();
        byte[][] records =
        [
            Batch(1, (0, "a"), (3, "b")), Batch(3, (0, "lost")), Batch(4, (0, "lost")), Batch(5, (2, "c"), (2, "d"), (1, "e")),
        ];
        byte[] log = TempDatabase.LogOf(records);
        List<OriginalRecord> originals = await Salvaging.RecordsOfAsync(log, 10);
        log[originals[1].Offset + 10] ^= 1;
        log[originals[2].Offset + 10] ^= 1;
        string path = folder.Write("000010.log", log);
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(path), folder.PathOf("out"));
        Assert.Equal((1, 1), (report.Logs[0].LossCount, report.HoleCount));
        SalvageHole hole = Assert.Single(report.Holes);
        Assert.Equal(2UL, hole.MissingSequences);
        AssertEdge(hole.Before!, "000010.log", 0, (1, 3), [0, 3], (3, "b"));
        AssertEdge(hole.After!, "000010.log", originals[3].Offset, (5, 8), [2, 1], (2, "c"));
    }

    /// <summary>A hole at the end of a log, or where a log is missing, lies between two logs.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_hole_can_lie_between_two_logs(bool isDamaged)
    {
        using var folder = new TempDatabase();
        byte[] log = TempDatabase.LogOf([Batch(1, (0, "a")), Batch(2, (0, "b"))]);
        folder.Write("db/000010.log", isDamaged ? log[..^1] : log);
        folder.WriteLog("db/000012.log", Batch(5, (0, "c")));
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(folder.PathOf("db")), folder.PathOf("out"));
        SalvageHole hole = Assert.Single(report.Holes);
        Assert.Equal(isDamaged ? 3UL : 2UL, hole.MissingSequences);
        Assert.Equal(("000010.log", isDamaged ? "a" : "b"), (hole.Before!.File, Text(hole.Before)));
        Assert.Equal(("000012.log", "c"), (hole.After!.File, Text(hole.After)));
    }

    [Fact]
    public async Task A_hole_at_the_end_has_nothing_after_it()
    {
        (SalvageHole hole, _) = await OnlyHoleAsync(TempDatabase.LogOf([Batch(1, (0, "a")), Batch(2, (0, "b"))])[..^1]);
        Assert.Equal((null, null), (hole.After, hole.MissingSequences));
        Assert.Equal("a", Text(hole.Before!));
    }

    [Fact]
    public async Task A_hole_at_the_beginning_has_nothing_before_it()
    {
        byte[] log = TempDatabase.LogOf([Batch(1, (0, "a")), Batch(2, (0, "b"))]);
        log[12] ^= 1;
        (SalvageHole hole, _) = await OnlyHoleAsync(log);
        Assert.Equal((null, null), (hole.Before, hole.MissingSequences));
        Assert.Equal("b", Text(hole.After!));
    }

    /// <summary>A record that is left out next to a hole is not the record before it.</summary>
    [Fact]
    public async Task Records_that_are_left_out_are_not_next_to_a_hole()
    {
        byte[] log = TempDatabase.LogOf(
            [Batch(1, (0, "a")), Batch(2, (0, "b")), Batch(1, (0, "again")), Batch(3, (0, "lost")), Batch(4, (0, "c"))]);
        List<OriginalRecord> originals = await Salvaging.RecordsOfAsync(log, 10);
        log[originals[3].Offset + 10] ^= 1;
        (SalvageHole hole, SalvagedLog report) = await OnlyHoleAsync(log);
        Assert.Equal(1, report.LeftOutRecords);
        Assert.Equal(("b", "c", 1UL), (Text(hole.Before!), Text(hole.After!), hole.MissingSequences));
    }

    /// <summary>Of a long key, and of many families, only the first part is kept.</summary>
    [Fact]
    public async Task What_is_kept_of_a_record_is_bounded()
    {
        byte[] log = TempDatabase.LogOf(
            [Batch(1, [.. Enumerable.Range(0, 100).Select(i => ((uint)i, new string('k', 5000)))]), Batch(101, (0, "lost"))]);
        (SalvageHole hole, _) = await OnlyHoleAsync(log[..^1]);
        Assert.Equal(
            (SalvageEdge.MaxFamilies, SalvageEdge.MaxKeyLength, 5000),
            (hole.Before!.ColumnFamilies.Count, hole.Before.Key.Length, hole.Before.KeyLength));
    }

    [Fact]
    public async Task The_number_of_listed_holes_is_limited()
    {
        byte[] log = TempDatabase.LogOf(Enumerable.Range(1, 2500).Select(i => Batch((ulong)i, (0, "key"))));
        foreach (OriginalRecord record in (await Salvaging.RecordsOfAsync(log, 10)).Where((_, i) => i % 2 == 1))
        {
            log[record.Offset + 10] ^= 1;
        }

        using var folder = new TempDatabase();
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(folder.Write("000010.log", log)), folder.PathOf("out"));
        Assert.Equal((1250, SalvageReport.MaxListedHoles), (report.HoleCount, report.Holes.Count));
    }

    private static async Task<(SalvageHole Hole, SalvagedLog Log)> OnlyHoleAsync(byte[] log)
    {
        using var folder = new TempDatabase();
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(folder.Write("000010.log", log)), folder.PathOf("out"));
        return (Assert.Single(report.Holes), report.Logs[0]);
    }

    private static void AssertEdge(
        SalvageEdge edge, string file, long offset, (ulong First, ulong Next) sequences, uint[] families, (uint Family, string Key) key)
    {
        Assert.Equal((file, offset, sequences), (edge.File, edge.Offset, (edge.FirstSequence, edge.NextSequence)));
        Assert.Equal(families, edge.ColumnFamilies);
        Assert.Equal((key.Family, key.Key, key.Key.Length), (edge.ColumnFamily!.Value, Text(edge), edge.KeyLength));
    }

    private static string Text(SalvageEdge edge) => Encoding.UTF8.GetString(edge.Key.Span);

    private static byte[] Batch(ulong sequence, params (uint Family, string Key)[] puts)
    {
        var batch = new BatchBuilder();
        foreach ((uint family, string key) in puts)
        {
            batch.Counted(0x05, family, Encoding.UTF8.GetBytes(key), "v"u8.ToArray());
        }

        return batch.Build(sequence).ToArray();
    }
}
