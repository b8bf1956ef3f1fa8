using WalParser.Databases;
using WalParser.Framing;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Salvage;

/// <summary>The run of salvage: where it writes, how it reports progress, how it is cancelled, and what it leaves when it fails.</summary>
public class SalvageRunTests
{
    private const int BlockSize = 32768;

    public static TheoryData<SalvageView> Views => [.. Enum.GetValues<SalvageView>()];

    /// <summary>Nothing is written into a database, or into a folder that was given as one, by whatever path.</summary>
    [Theory]
    [InlineData("db/salvaged", true)]
    [InlineData("db/archive/a/b", true)]
    [InlineData("link/salvaged", true)]
    [InlineData("into/salvaged", true)]
    [InlineData("db/../link/x", true)]
    [InlineData("plain/salvaged", true)]
    [InlineData("dbs", false)]
    [InlineData("outside/salvaged", false)]
    public async Task Nothing_is_written_inside_a_source(string output, bool isRefused)
    {
        using var folder = new TempDatabase();
        byte[] log = TempDatabase.LogOf([TempDatabase.Puts(1, 1)]);
        string single = folder.Write("db/000010.log", log);
        folder.Write("db/archive/000008.log", log);
        folder.Write("db/CURRENT", "MANIFEST-000001\n"u8.ToArray());
        folder.Write("plain/000010.log", log);
        Directory.CreateDirectory(folder.PathOf("db/deep"));
        Directory.CreateDirectory(folder.PathOf("outside"));
        Directory.CreateSymbolicLink(folder.PathOf("link"), folder.PathOf("db"));
        Directory.CreateSymbolicLink(folder.PathOf("into"), folder.PathOf("db/deep"));
        string given = folder.PathOf(output.StartsWith("plain", StringComparison.Ordinal) ? "plain" : "db");
        foreach (string path in (string[])[given, single])
        {
            WalSet set = await WalSet.OpenAsync(path);
            bool isSource = path != single || !output.StartsWith("plain", StringComparison.Ordinal);
            string[] before = EntriesOf(folder);
            if (isRefused && isSource)
            {
                IOException e = await Assert.ThrowsAsync<IOException>(() => LogSalvage.RunAsync(set, folder.PathOf(output)));
                Assert.EndsWith("choose a folder outside of it", e.Message);
                Assert.Equal(before, EntriesOf(folder));
            }
            else
            {
                Assert.False((await LogSalvage.RunAsync(set, folder.PathOf(output))).HasFailures);
                Directory.Delete(folder.PathOf(output), recursive: true);
            }
        }
    }

    /// <summary>Nothing is written into any database, whether it is a source or not, because RocksDB would replay the log.</summary>
    [Theory]
    [InlineData("other", "CURRENT")]
    [InlineData("other", "MANIFEST-000004")]
    [InlineData("other/a/b/c", "CURRENT")]
    [InlineData("other/archive", "MANIFEST-000004")]
    [InlineData("link", "CURRENT")]
    [InlineData("into/a", "MANIFEST-000004")]
    public async Task Nothing_is_written_into_another_database(string output, string mark)
    {
        using var folder = new TempDatabase();
        string single = folder.WriteLog("db/000010.log", TempDatabase.Puts(1, 1));
        folder.Write("other/" + mark, "MANIFEST-000004\n"u8.ToArray());
        Directory.CreateDirectory(folder.PathOf("other/deep"));
        Directory.CreateSymbolicLink(folder.PathOf("link"), folder.PathOf("other"));
        Directory.CreateSymbolicLink(folder.PathOf("into"), folder.PathOf("other/deep"));
        string[] before = EntriesOf(folder);
        foreach (string path in (string[])[single, folder.PathOf("db")])
        {
            WalSet set = await WalSet.OpenAsync(path);
            IOException e = await Assert.ThrowsAsync<IOException>(() => LogSalvage.RunAsync(set, folder.PathOf(output)));
            Assert.EndsWith("choose a folder outside of it", e.Message);
            Assert.Equal(before, EntriesOf(folder));
        }

        folder.Delete("other/" + mark);
        Assert.False((await LogSalvage.RunAsync(await WalSet.OpenAsync(single), folder.PathOf(output))).HasFailures);
    }

    /// <summary>The output may lie beside a log that was given as a file, in a folder that is not a database.</summary>
    [Fact]
    public async Task A_folder_beside_a_single_log_is_allowed_as_output()
    {
        using var folder = new TempDatabase();
        string path = folder.WriteLog("000010.log", TempDatabase.Puts(1, 1));
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(path), folder.PathOf("salvaged"));
        Assert.Equal(1, report.Logs[0].Records);
        await Assert.ThrowsAsync<IOException>(async () => await LogSalvage.RunAsync(await WalSet.OpenAsync(path), folder.Path));
    }

    [Theory]
    [MemberData(nameof(Views))]
    public async Task Progress_reaches_the_end_of_each_log(SalvageView view)
    {
        using var folder = new TempDatabase();
        WalSet set = await SetOfAsync(folder, 3, records: 40);
        var progress = new Watch();
        SalvageReport report = await LogSalvage.RunAsync(set, folder.PathOf("out"), new SalvageOptions { View = view }, progress);
        Assert.Equal(set.Files, progress.Reports.Select(report => report.File).Distinct());
        Assert.All(
            progress.Reports.GroupBy(report => report.File),
            of => Assert.Equal(of.Select(report => report.Position).Order(), of.Select(report => report.Position)));
        Assert.Equal(
            report.Logs.Select(log => log.Size),
            set.Files.Select(file => progress.Reports.Last(report => report.File == file).Position));
    }

    /// <summary>It ends at once, although no read ever waits. Complete logs remain, and the incomplete log is removed.</summary>
    [Theory]
    [MemberData(nameof(Views))]
    public async Task Salvage_ends_when_it_is_cancelled(SalvageView view)
    {
        using var folder = new TempDatabase();
        WalSet set = await SetOfAsync(folder, 3, records: 40);
        using var cancellation = new CancellationTokenSource();
        var progress = new Watch { Reported = report => (report.File == set.Files[1] ? cancellation : null)?.Cancel() };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LogSalvage.RunAsync(set, folder.PathOf("out"), new SalvageOptions { View = view }, progress, cancellation.Token));
        Assert.Single(progress.Reports, report => report.File == set.Files[1]);
        Assert.Equal([set.Files[0].Name], Directory.EnumerateFileSystemEntries(folder.PathOf("out")).Select(Path.GetFileName));
    }

    /// <summary>The part of a log before a read failure is kept, with a name that is not that of a log.</summary>
    [Theory]
    [MemberData(nameof(Views))]
    public async Task Records_read_before_a_failure_are_kept(SalvageView view)
    {
        using var folder = new TempDatabase();
        byte[][] records = [.. Enumerable.Range(1, 200).Select(i => TempDatabase.Puts((ulong)i, 1, new string('v', 3000)))];
        byte[] log = TempDatabase.LogOf(records);
        WalFile[] files =
        [
            new("000010.log", 10, options => WalReader.Create(new FailingStream(log, 5 * BlockSize), options)),
            new("000011.log", 11, options => WalReader.Create(new FailingStream(log, 0), options)),
            new("000012.log", 12, options => WalReader.Create(new MemoryStream(TempDatabase.LogOf([TempDatabase.Puts(201, 1)])), options)),
        ];
        SalvageReport report = await LogSalvage.RunAsync(new WalSet(files), folder.PathOf("out"), new SalvageOptions { View = view });
        Assert.True(report.HasFailures);
        Assert.Contains("the disk is broken", report.Logs[0].Failure);
        Assert.Equal(folder.PathOf("out/000010.log.unfinished"), report.Logs[0].OutputPath);
        List<byte[]> kept = await TempDatabase.RecordsOfAsync(report.Logs[0].OutputPath!);
        Assert.Equal(records[..kept.Count], kept);
        Assert.Equal(report.Logs[0].Records, kept.Count);
        Assert.True(kept.Count > 40);

        // Recovery does not continue. Otherwise, the third log is complete.
        Assert.All(report.Logs.Skip(1).Where(of => of.Failure is not null), of => Assert.Null(of.OutputPath));
        Assert.Equal(view == SalvageView.Everything, File.Exists(folder.PathOf("out/000012.log")));
        Assert.False(Path.Exists(folder.PathOf("out/000011.log.unfinished")));
    }

    public static TheoryData<SalvageView, int, int> FullDisks
    {
        get
        {
            TheoryData<SalvageView, int, int> disks = [];
            foreach (SalvageView view in Enum.GetValues<SalvageView>())
            {
                // With few records, the disk is full only when the log is finished; with many records, before.
                foreach (int records in (int[])[10, 1000])
                {
                    foreach (int room in (int[])[0, 100, 20_000])
                    {
                        disks.Add(view, records, room);
                    }
                }

                disks.Add(view, 1000, 2_000_000);
            }

            return disks;
        }
    }

    /// <summary>
    /// A log that cannot be written to its end is removed, and none of its records count as written. The next log may fit.
    /// </summary>
    [Theory]
    [MemberData(nameof(FullDisks))]
    public async Task A_log_that_does_not_fit_on_the_disk_does_not_count_as_written(SalvageView view, int records, int room)
    {
        using var folder = new TempDatabase();
        folder.WriteLog(
            "db/000010.log", [.. Enumerable.Range(1, records).Select(i => TempDatabase.Puts((ulong)i, 1, new string('v', 3000)))]);
        folder.WriteLog("db/000011.log", TempDatabase.Puts((ulong)records + 1, 1));
        WalSet set = await WalSet.OpenAsync(folder.PathOf("db"));
        SalvageReport report = await LogSalvage.RunAsync(
            set,
            folder.PathOf("out"),
            path => Path.GetFileName(path).StartsWith("000010", StringComparison.Ordinal) ? new FullDisk(path, room) : File.Create(path),
            new SalvageOptions { View = view });
        Assert.True(report.HasFailures);
        SalvagedLog failed = report.Logs[0];
        Assert.Contains("the disk is full", failed.Failure);
        Assert.Equal((null, 0, 0), (failed.OutputPath, failed.Records, failed.RecordBytes));
        Assert.Equal((null, 1), (report.Logs[1].Failure, report.Logs[1].Records));
        Assert.Equal(["000011.log"], Directory.EnumerateFileSystemEntries(folder.PathOf("out")).Select(Path.GetFileName));
    }

    /// <summary>
    /// The number of stale logs that are opened is limited, however many log numbers the fragments have. The records of the others are
    /// counted.
    /// </summary>
    [Fact]
    public async Task The_number_of_stale_logs_is_limited()
    {
        using var folder = new TempDatabase();
        var bytes = new MemoryStream();
        var log = new LogBuilder(bytes, 5000);
        log.Record(TempDatabase.Puts(9000, 1));
        const int EarlierLogs = 1000;
        for (uint number = 1; number <= EarlierLogs; number++)
        {
            log.Fragment(FragmentType.RecyclableFull, TempDatabase.Puts(number, 1), number);
            if (bytes.Length % BlockSize > BlockSize - 100)
            {
                log.Raw(new byte[BlockSize - (bytes.Length % BlockSize)]);
            }
        }

        string path = folder.Write("db/005000.log", bytes.ToArray());
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(path), folder.PathOf("out"), new SalvageOptions { IncludesStale = true });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Salvaging.AssertAccount(salvaged, bytes.Length);
        Assert.Equal((1, 0), (salvaged.Records, salvaged.LossCount));
        Assert.Equal(SalvagedLog.MaxStaleLogs, salvaged.Stale.Count);
        Assert.Equal(EarlierLogs, salvaged.Stale.Sum(stale => stale.Records) + salvaged.StaleRecordsLeftOut);
        Assert.Equal(salvaged.Stale.Count, Directory.EnumerateFiles(folder.PathOf("out/stale-of-005000")).Count());
    }

    /// <summary>Fragments before a record of the log itself do not belong to an earlier log.</summary>
    [Fact]
    public async Task Fragments_before_the_end_are_not_stale()
    {
        using var folder = new TempDatabase();
        var bytes = new MemoryStream();
        var log = new LogBuilder(bytes, 12);
        log.Record(TempDatabase.Puts(90, 1));
        log.Fragment(FragmentType.RecyclableFull, TempDatabase.Puts(7, 1), 9);
        log.Record(TempDatabase.Puts(91, 1));
        byte[] endsLive = bytes.ToArray();
        log.Fragment(FragmentType.RecyclableFull, TempDatabase.Puts(8, 1), 9);
        SalvageOptions options = new() { IncludesStale = true };
        SalvageReport without = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(folder.Write("db/000012.log", endsLive)), folder.PathOf("without"), options);
        Assert.Empty(without.Logs[0].Stale);
        Assert.Equal((1, 0), (without.Logs[0].LossCount, without.Logs[0].StaleBytes));
        Assert.Equal(["000012.log"], Directory.EnumerateFileSystemEntries(folder.PathOf("without")).Select(Path.GetFileName));
        SalvageReport with = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(folder.Write("db/000012.log", bytes.ToArray())), folder.PathOf("with"), options);
        Assert.Equal([TempDatabase.Puts(8, 1)], await TempDatabase.RecordsOfAsync(Assert.Single(with.Logs[0].Stale).OutputPath));
        Assert.Equal(endsLive.Length, with.Logs[0].Size - with.Logs[0].StaleBytes);
    }

    /// <summary>Zeros that take no space from a record are counted as other bytes. Zeros in the place of a record are lost.</summary>
    [Fact]
    public async Task Zeros_are_lost_only_in_the_place_of_a_record()
    {
        byte[][] records =
        [
            TempDatabase.Puts(1, 1, new string('v', 20_000)),
            TempDatabase.Puts(2, 1, new string('w', 9_000)),
            TempDatabase.Puts(3, 1, new string('x', 9_000)),
        ];
        byte[] log = TempDatabase.LogOf(records);
        List<OriginalRecord> originals = await Salvaging.RecordsOfAsync(log, 10);

        // A page that was never written: the rest of the first block.
        byte[] damaged = [.. log];
        damaged.AsSpan((int)originals[1].Offset, BlockSize - (int)originals[1].Offset).Clear();
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(damaged, 10);
        Assert.Equal([records[0]], salvaged);
        Assert.Equal("zeros in the place of a fragment", report.Losses[0].Reason);
        Assert.Equal((originals[1].Offset, 0), (report.Losses[0].Offset, report.OtherBytes));

        // Space past the end.
        (salvaged, report, _) = await Salvaging.RunAsync([.. log, .. new byte[100_000]], 10);
        Assert.Equal(records, salvaged);
        Assert.Equal((0, 100_000), (report.LossCount, report.OtherBytes));
    }

    private static string[] EntriesOf(TempDatabase folder) =>
        [
            .. Directory.EnumerateFileSystemEntries(
                folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 5 })
            .Order(StringComparer.Ordinal),
        ];

    private static async Task<WalSet> SetOfAsync(TempDatabase folder, int logs, int records)
    {
        ulong sequence = 1;
        for (int i = 0; i < logs; i++)
        {
            folder.WriteLog(
                $"db/{i + 10:D6}.log",
                [.. Enumerable.Range(0, records).Select(_ => TempDatabase.Puts(sequence++, 1, new string('v', 5000)))]);
        }

        return await WalSet.OpenAsync(folder.PathOf("db"));
    }

    private sealed class Watch : IProgress<WalSetProgress>
    {
        public List<WalSetProgress> Reports { get; } = [];

        public Action<WalSetProgress> Reported { get; init; } = _ => { };

        public void Report(WalSetProgress value)
        {
            Reports.Add(value);
            Reported(value);
        }
    }

    /// <summary>A file on a disk with the given number of free bytes.</summary>
    private sealed class FullDisk(string path, int room) : FileStream(path, FileMode.CreateNew)
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            int fits = (int)Math.Min(count, room - Position);
            base.Write(buffer, offset, fits);
            if (fits < count)
            {
                throw new IOException("the disk is full");
            }
        }
    }

    /// <summary>A stream that fails after the given number of bytes.</summary>
    private sealed class FailingStream(byte[] bytes, int good) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) =>
            Position >= good
                ? throw new IOException("the disk is broken")
                : base.Read(buffer[..(int)Math.Min(buffer.Length, good - Position)]);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return new ValueTask<int>(Read(buffer.Span));
            }
            catch (IOException e)
            {
                return ValueTask.FromException<int>(e);
            }
        }
    }
}
