using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests.Salvage;

/// <summary>Records that would make RocksDB refuse the output are not in it, and none is left out without a report.</summary>
public class LeftOutTests
{
    private static readonly byte[] One = TempDatabase.Puts(1, 3);
    private static readonly byte[] Four = TempDatabase.Puts(4, 2);
    private static readonly byte[] Six = TempDatabase.Puts(6, 1);
    private static readonly byte[] Seven = TempDatabase.Puts(7, 1);

    /// <summary>A record that comes again is left out, wherever it comes, and nothing is lost by that.</summary>
    [Fact]
    public async Task Repeated_records_are_left_out()
    {
        byte[] log = TempDatabase.LogOf([One, Four, Four, Six, One, Four, Seven]);
        (List<byte[]> salvaged, SalvagedLog report, byte[] written) = await Salvaging.RunAsync(log, 10);
        Assert.Equal([One, Four, Six, Seven], salvaged);
        Assert.Equal((3, 3, 0), (report.LeftOutRecords, report.RepeatedRecords, report.LossCount));
        Assert.All(report.LeftOut, finding => Assert.Equal(FindingKind.RepeatedRecord, finding.Kind));
        Assert.Equal([4UL, 1UL, 4UL], report.LeftOut.Select(finding => finding.FirstSequence!.Value));
        Assert.Equal(log.Length - written.Length, report.LeftOutBytes);
        Assert.Null(report.LeftOutPath);
        (List<byte[]> again, report, _) = await Salvaging.RunAsync(written, 10);
        Assert.Equal(salvaged, again);
        Assert.Equal(0, report.LeftOutRecords);
    }

    /// <summary>A record that has lower numbers and does not repeat one is written to a log of its own.</summary>
    [Fact]
    public async Task Records_that_are_set_back_are_written_elsewhere()
    {
        using var folder = new TempDatabase();
        byte[] other = TempDatabase.Puts(4, 2, "other");
        byte[] nothing = TempDatabase.LogData(3);
        string path = folder.WriteLog("000010.log", One, Six, Four, other, nothing, Seven);
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(path), folder.PathOf("out"));
        SalvagedLog log = Assert.Single(report.Logs);
        Salvaging.AssertAccount(log, new FileInfo(path).Length);
        Assert.Equal([One, Six, Seven], await TempDatabase.RecordsOfAsync(log.OutputPath!));
        Assert.Equal(folder.PathOf("out/left-out-of-000010/000010.log"), log.LeftOutPath);
        Assert.Equal([Four, other, nothing], await TempDatabase.RecordsOfAsync(log.LeftOutPath!));
        Assert.Equal((3, 0), (log.LeftOutRecords, log.RepeatedRecords));
        Assert.All(log.LeftOut, finding => Assert.Equal(FindingKind.SetBackRecord, finding.Kind));
        Assert.Equal(
            [
                "sequence numbers 4 to 5 are set back: the records before it end at 6",
                "sequence numbers 4 to 5 are set back: the records before it end at 6",
                "sequence number 3 is set back: the records before it end at 6",
            ],
            log.LeftOut.Select(finding => finding.Reason));
        Assert.True(report.HasLosses);
    }

    /// <summary>What follows the record before it exactly, or reaches further than all before it, is written.</summary>
    [Fact]
    public async Task Records_that_RocksDB_takes_are_written()
    {
        byte[][] records =
        [
            One, TempDatabase.LogData(4), TempDatabase.LogData(4), Four, TempDatabase.Puts(5, 4), TempDatabase.Puts(9, 1),
        ];
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(TempDatabase.LogOf(records), 10);
        Assert.Equal(records, salvaged);
        Assert.Equal(0, report.LeftOutRecords);
    }

    /// <summary>Empty range deletions take no numbers in recovery, so a database that was opened again uses their numbers again.</summary>
    [Fact]
    public async Task Empty_range_deletions_take_no_numbers()
    {
        byte[] range = new BatchBuilder().Put("a"u8, "1"u8).Counted(0x0F, null, "k"u8.ToArray(), "k"u8.ToArray()).Build(6).ToArray();
        byte[][] records = [One, Four, range, Seven];
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(TempDatabase.LogOf(records), 10);
        Assert.Equal(records, salvaged);
        Assert.Equal(0, report.LeftOutRecords);
    }

    /// <summary>
    /// Where the first batches of a write-prepared database are lost, nothing shows that its batches take one number each. They are not
    /// taken for records that are set back.
    /// </summary>
    [Fact]
    public async Task Batches_that_take_one_number_each_are_written()
    {
        byte[][] records = [TempDatabase.Puts(10, 3), TempDatabase.Puts(11, 1), TempDatabase.Puts(12, 2), TempDatabase.Puts(13, 1)];
        (List<byte[]> salvaged, _, _) = await Salvaging.RunAsync(TempDatabase.LogOf(records), 10);
        Assert.Equal(records, salvaged);
    }

    /// <summary>The order holds from log to log, but not from the archive, which RocksDB does not read, to the other logs.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("archive/", false)]
    public async Task Logs_that_RocksDB_reads_together_follow_each_other(string folderOfFirst, bool isLeftOut)
    {
        using var folder = new TempDatabase();
        folder.WriteLog($"db/{folderOfFirst}000008.log", One, Four, Six);
        folder.WriteLog("db/000010.log", TempDatabase.Puts(4, 2, "other"), Seven);
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(folder.PathOf("db")), folder.PathOf("out"));
        Assert.Equal([0, isLeftOut ? 1 : 0], report.Logs.Select(log => log.LeftOutRecords));
        Assert.Equal([3, isLeftOut ? 1 : 2], report.Logs.Select(log => log.Records));
    }

    /// <summary>Logs without a number are in no order.</summary>
    [Fact]
    public async Task Logs_without_a_number_do_not_follow_each_other()
    {
        using var folder = new TempDatabase();
        string[] paths = [folder.WriteLog("second", Six, Seven), folder.WriteLog("first", One, Four)];
        var set = new WalSet(paths.Select(path => new WalFile(path)));
        SalvageReport report = await LogSalvage.RunAsync(set, folder.PathOf("out"));
        Assert.All(report.Logs, log => Assert.Equal((2, 0), (log.Records, log.LeftOutRecords)));
    }

    /// <summary>The timestamp sizes are declared in the log of the records that are left out, too.</summary>
    [Fact]
    public async Task Records_with_timestamps_are_left_out_with_their_declaration()
    {
        using var folder = new TempDatabase();
        string path = folder.PathOf("000010.log");
        await using (var log = LogWriter.Open(
            path, new LogWriterOptions { TimestampSizes = [KeyValuePair.Create(0u, 8)] }))
        {
            foreach (ulong sequence in (ulong[])[1, 5, 3])
            {
                await log.WriteAsync(new WriteBatchBuilder(sequence).Put("key12345678"u8, "v"u8).Build());
            }
        }

        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(path), folder.PathOf("out"));
        await using WalReader reader = WalReader.Open(report.Logs[0].LeftOutPath!);
        Assert.True(await reader.ReadAsync());
        Assert.Equal((3UL, 8), (new WriteBatch(reader.Record).Sequence, reader.TimestampSizes[0]));
    }

    /// <summary>A dry run names the same records, and writes no log.</summary>
    [Fact]
    public async Task A_dry_run_reports_the_same_and_writes_nothing()
    {
        using var folder = new TempDatabase();
        byte[] log = TempDatabase.LogOf([One, Four, Six, One, TempDatabase.Puts(2, 1, "other"), Seven]);
        log[12] ^= 1;
        folder.Write("db/000010.log", log);
        WalSet set = await WalSet.OpenAsync(folder.PathOf("db"));
        SalvageReport dry = await LogSalvage.RunAsync(set, null, new SalvageOptions { IsDryRun = true });
        string[] entries = Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories);
        SalvageReport checkedOnly = await LogSalvage.RunAsync(set, folder.PathOf("out"), new SalvageOptions { IsDryRun = true });
        Assert.Equal(entries, Directory.GetFileSystemEntries(folder.Path, "*", SearchOption.AllDirectories));
        SalvageReport real = await LogSalvage.RunAsync(set, folder.PathOf("out"));
        foreach (SalvageReport report in (SalvageReport[])[dry, checkedOnly])
        {
            (SalvagedLog expected, SalvagedLog actual) = (real.Logs[0], report.Logs[0]);
            Assert.Equal((null, null, null), (actual.OutputPath, actual.LeftOutPath, actual.Failure));
            Assert.Equal((expected.Records, expected.Size, expected.RecordBytes), (actual.Records, actual.Size, actual.RecordBytes));
            Assert.Equal(expected.Losses, actual.Losses);
            Assert.Equal(expected.LeftOut, actual.LeftOut);
            Assert.Equal(real.HoleCount, report.HoleCount);
        }

        Assert.NotNull(real.Logs[0].OutputPath);
        await Assert.ThrowsAsync<IOException>(
            () => LogSalvage.RunAsync(set, folder.PathOf("db/x"), new SalvageOptions { IsDryRun = true }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => LogSalvage.RunAsync(set, null));
    }
}
