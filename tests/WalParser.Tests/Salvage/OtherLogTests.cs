using WalParser.Databases;
using WalParser.Findings;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.Salvage;

/// <summary>Logs that contain no record of their own, but records of another log, or zeros.</summary>
public class OtherLogTests
{
    private static readonly byte[][] Records =
        [.. Enumerable.Range(1, 30).Select(i => TempDatabase.Puts((ulong)i, 1, new string('v', 2000)))];

    public static TheoryData<SalvageView> Views => [.. Enum.GetValues<SalvageView>()];

    /// <summary>A log under a lower number than its own is a loss, in words that say what to do. No log is written.</summary>
    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_log_under_a_lower_number_is_a_loss(SalvageView view)
    {
        using var folder = new TempDatabase();
        byte[] log = TempDatabase.LogOf(Records, recycledAs: 23);
        string path = folder.Write("000003.log", log);
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(path), folder.PathOf("out"), new SalvageOptions { View = view });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Salvaging.AssertAccount(salvaged, log.Length);
        Assert.Equal(
            (FindingKind.ForeignLog, "all records belong to log 23; give --log-number 23, or rename the file"),
            (salvaged.NotWritten!.Kind, salvaged.NotWritten.Reason));
        Assert.Equal((null, 0, null), (salvaged.OutputPath, salvaged.Records, salvaged.Failure));
        Assert.Equal((1, log.Length, 0), (salvaged.LossCount, salvaged.LostBytes, salvaged.StaleBytes));
        Assert.True(report.HasLosses);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.PathOf("out")));
    }

    [Fact]
    public async Task The_records_are_salvaged_under_the_right_number()
    {
        using var folder = new TempDatabase();
        folder.Write("000003.log", TempDatabase.LogOf(Records, recycledAs: 23));
        WalSet set = new([new WalFile(folder.PathOf("000003.log"), logNumber: 23)]);
        SalvagedLog salvaged = Assert.Single((await LogSalvage.RunAsync(set, folder.PathOf("out"))).Logs);
        Assert.Equal((null, folder.PathOf("out/000023.log")), (salvaged.NotWritten, salvaged.OutputPath));
        Assert.Equal(Records, await TempDatabase.RecordsOfAsync(salvaged.OutputPath!));
    }

    /// <summary>
    /// A damaged record among them does not make them records of the log, and the stale tail of a log under another number is not its
    /// content.
    /// </summary>
    [Fact]
    public async Task Damage_and_a_stale_tail_do_not_hide_it()
    {
        byte[] later = TempDatabase.LogOf(Records[..10], recycledAs: 23);
        byte[] log = [.. later, .. TempDatabase.LogOf(Records, recycledAs: 17)[later.Length..]];
        log[5000] ^= 1;
        (_, SalvagedLog salvaged, _) = await Salvaging.RunAsync(log, 3);
        Assert.Equal(FindingKind.ForeignLog, salvaged.NotWritten!.Kind);
        Assert.Equal(
            "all records belong to other logs, the first ones to log 23; give --log-number 23, or rename the file",
            salvaged.NotWritten.Reason);
    }

    /// <summary>
    /// A log that was recycled, and to which nothing was written yet, contains records of an earlier log, and loses nothing.
    /// </summary>
    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_recycled_log_without_records_is_no_loss(SalvageView view)
    {
        using var folder = new TempDatabase();
        folder.WriteLog("000024.log", TempDatabase.Puts(31, 1));
        folder.Write("000031.log", TempDatabase.LogOf(Records, recycledAs: 23));
        using var output = new TempFolder();
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(folder.Path), output.PathOf("out"), new SalvageOptions { View = view });
        SalvagedLog salvaged = report.Logs[1];
        Assert.Equal((FindingKind.UnusedRecycledLog, null), (salvaged.NotWritten!.Kind, salvaged.OutputPath));
        Assert.Contains("--log-number 23", salvaged.NotWritten.Reason);
        Assert.False(report.HasLosses);
    }

    /// <summary>If nothing shows that the earlier log is no longer needed, its records are a loss.</summary>
    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_log_alone_under_a_greater_number_is_a_loss(SalvageView view)
    {
        using var folder = new TempDatabase();
        string path = folder.Write("000031.log", TempDatabase.LogOf(Records, recycledAs: 23));
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(path), folder.PathOf("out"), new SalvageOptions { View = view });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Assert.Equal((FindingKind.ForeignLog, null), (salvaged.NotWritten!.Kind, salvaged.OutputPath));
        Assert.True(report.HasLosses);
    }

    /// <summary>Nor does it lose anything if the earlier log has a torn end, or a damaged record.</summary>
    [Theory]
    [InlineData(10, -1)]
    [InlineData(0, 1000)]
    [InlineData(0, 5000)]
    public async Task Damage_to_an_earlier_log_is_no_loss(int cut, int flipped)
    {
        byte[] log = TempDatabase.LogOf(Records, recycledAs: 23)[..^cut];
        if (flipped >= 0)
        {
            log[flipped] ^= 1;
        }

        using var folder = new TempDatabase();
        folder.WriteLog("000024.log", TempDatabase.Puts(31, 1));
        folder.Write("000031.log", log);
        using var output = new TempFolder();
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(folder.Path), output.PathOf("out"));
        SalvagedLog salvaged = report.Logs[1];
        Assert.Equal((FindingKind.UnusedRecycledLog, 0), (salvaged.NotWritten!.Kind, salvaged.LossCount));
        Assert.Equal(log.Length, salvaged.StaleBytes);
    }

    /// <summary>For a log of nothing but zeros, no log is written: it would look as if the log had been empty.</summary>
    [Theory]
    [InlineData(SalvageView.Everything, 5)]
    [InlineData(SalvageView.Everything, 100_000)]
    [InlineData(SalvageView.Recovery, 100_000)]
    public async Task A_log_of_zeros_is_a_loss(SalvageView view, int size)
    {
        using var folder = new TempDatabase();
        string path = folder.Write("000005.log", new byte[size]);
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(path), folder.PathOf("out"), new SalvageOptions { View = view });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Salvaging.AssertAccount(salvaged, size);
        Assert.Equal((FindingKind.OnlyZeros, null), (salvaged.NotWritten!.Kind, salvaged.OutputPath));
        Assert.True(report.HasLosses);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.PathOf("out")));
    }

    /// <summary>An empty log is what a database has that nothing was written to: it is written.</summary>
    [Fact]
    public async Task An_empty_log_is_no_loss()
    {
        (_, SalvagedLog salvaged, byte[] written) = await Salvaging.RunAsync([], 5);
        Assert.Equal((null, 0), (salvaged.NotWritten, salvaged.LossCount));
        Assert.Empty(written);
    }

    /// <summary>One record of the log itself is enough.</summary>
    [Fact]
    public async Task A_log_with_a_record_of_its_own_is_no_other_log()
    {
        byte[] own = TempDatabase.LogOf([TempDatabase.Puts(100, 1)], recycledAs: 31);
        byte[] log = [.. own, .. TempDatabase.LogOf(Records, recycledAs: 23)[own.Length..]];
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(log, 31);
        Assert.Null(report.NotWritten);
        Assert.Single(salvaged);
    }
}
