using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Compression;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Salvage;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests.Salvage;

/// <summary>Salvage of damaged logs.</summary>
public class SalvageTests
{
    public static TheoryData<string> Fixtures =>
        [.. TestFiles.Named("*.log").Where(log => !IsDamaged(log))];

    /// <summary>Returns whether a log of the test data is in a folder of damaged logs.</summary>
    public static bool IsDamaged(string log) =>
        log.StartsWith("hostile/", StringComparison.Ordinal) || log.StartsWith("reports/", StringComparison.Ordinal);

    /// <summary>An intact log is salvaged with all its records and without a loss, and a plain log is unchanged.</summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task An_intact_log_is_salvaged_completely(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.PathOf(name));
        ulong number = Salvaging.NumberOf(name);
        (List<byte[]> salvaged, SalvagedLog report, byte[] written) = await Salvaging.RunAsync(log, number);
        List<OriginalRecord> originals = await Salvaging.RecordsOfAsync(log, number);
        Assert.Equal(originals.Select(record => record.Payload), salvaged);
        Assert.Equal((0, 0, originals.Count), (report.LossCount, report.RecoveredRecords, report.Records));
        await using WalReader reader = WalReader.Create(new MemoryStream(log), new WalReaderOptions { LogNumber = number });
        await reader.ReadAsync();
        if (!reader.IsRecycled && reader.CompressionType == CompressionType.None && reader.Predecessor is null)
        {
            Assert.Equal(log, written);
        }
    }

    /// <summary>
    /// Whatever the damage to the bytes of a log, the output is a subsequence of its records and contains each record without a changed
    /// byte. (In a truncated log, the bytes past its end count as changed. Where bytes are inserted or removed, only the first property is
    /// tested, because blocks then begin at other places.)
    /// </summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task Exactly_the_intact_records_are_salvaged(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.PathOf(name));
        ulong number = Salvaging.NumberOf(name);
        List<OriginalRecord> originals = await Salvaging.RecordsOfAsync(log, number);
        if (originals.Count == 0)
        {
            return;
        }

        int live = (int)originals[^1].End;
        Prop.ForAll(LogDamage.ChangesOf(live, originals).ToArbitrary(), changes =>
        {
            byte[] damaged = LogDamage.Apply(log, live, changes, out int cut);
            (List<byte[]> salvaged, SalvagedLog report, _) = Salvaging.RunAsync(damaged, number).GetAwaiter().GetResult();
            Salvaging.AssertSalvaged(log, originals, damaged, LogDamage.Moves(changes) ? null : cut, salvaged, report);
            Assert.Equal(report.Records, salvaged.Count);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(log.Length > 200_000 ? 10 : 40));
    }

    /// <summary>Salvage ends for any bytes, and its output is clean.</summary>
    [Fact]
    public void Any_log_is_salvaged_to_its_end() =>
        Prop.ForAll(Logs.Any.ToArbitrary(), log =>
        {
            (List<byte[]> salvaged, SalvagedLog report, _) = Salvaging.RunAsync(log.Bytes, log.Number ?? 16, includesStale: true)
                .GetAwaiter()
                .GetResult();
            Assert.All(salvaged, record => Assert.Null(Salvaging.CorruptionOf(record)));
            Assert.Equal(report.Records, salvaged.Count);
            Assert.All(report.Losses, loss => Assert.InRange(loss.Offset + loss.Bytes, loss.Offset, log.Bytes.Length));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    /// <summary>Wherever the first record of a log is cut off, what is left is reported, also if that is not a whole header.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(10U)]
    public async Task A_log_may_end_within_its_first_record(uint? recycledAs)
    {
        byte[] log = TempDatabase.LogOf([TempDatabase.Puts(1, 1)], recycledAs);
        for (int end = 1; end < log.Length; end++)
        {
            (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(log[..end], 10);
            Assert.Empty(salvaged);
            Assert.Equal(end, report.LostBytes + report.StaleBytes);
        }
    }

    [Theory]
    [InlineData("one-bit-hangs-rocksdb-10.log")]
    [InlineData("rocksdb-hangs-7.log")]
    [InlineData("zstd-bomb-3-gib-4.log")]
    public async Task Hostile_logs_are_salvaged(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed("hostile/" + name));
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(
            log, Salvaging.NumberOf(name[..^4].Replace('-', '/') + ".log"), maxRecordSize: 1 << 20);
        Assert.NotEqual(0, report.LossCount);
        Assert.All(salvaged, record => Assert.Null(Salvaging.CorruptionOf(record)));
    }

    /// <summary>
    /// The records of a log that is a value are not records of the outer log, whether the value or the header in front of it is damaged.
    /// </summary>
    [Theory]
    [InlineData(40)]
    [InlineData(1)]
    [InlineData(6)]
    public async Task A_log_inside_a_value_is_not_salvaged_as_part_of_the_log(int damagedByte)
    {
        byte[] inner = TempDatabase.LogOf(Enumerable.Range(0, 100).Select(i => TempDatabase.Puts(1 + (ulong)i, 1)));
        byte[] outer = new WriteBatchBuilder(500).Put("log"u8, inner).Build().ToArray();
        byte[][] records = [TempDatabase.Puts(499, 1), outer, TempDatabase.Puts(501, 1), TempDatabase.Puts(502, 1)];
        byte[] log = TempDatabase.LogOf(records);
        log[7 + records[0].Length + damagedByte] ^= 0x55;
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(log, 10);
        Assert.Equal([records[0], records[2], records[3]], salvaged);
        Assert.NotEqual(0, report.LossCount);
    }

    /// <summary>A batch that RocksDB would refuse is left out and reported.</summary>
    [Fact]
    public async Task Malformed_batches_are_left_out()
    {
        byte[] wrong = TempDatabase.Puts(2, 1);
        wrong[8]++;
        byte[][] records = [TempDatabase.Puts(1, 1), wrong, [1, 2, 3], TempDatabase.Puts(1UL << 60, 1), TempDatabase.Puts(3, 1)];
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(TempDatabase.LogOf(records), 10);
        Assert.Equal([records[0], records[4]], salvaged);
        Assert.Equal(
            ["WriteBatch has wrong count", "log record too small", $"sequence {1UL << 60} is too large"],
            report.Losses.Select(loss => loss.Reason));
    }

    /// <summary>After the live end of a recycled log, the records of the earlier log that were not overwritten are salvaged.</summary>
    [Theory]
    [InlineData("rocksdb/recycled/000016.log")]
    [InlineData("rocksdb/recycled-zstd/000016.log")]
    public async Task Stale_records_are_written_with_their_own_log_number(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(name));
        using var folder = new TempDatabase();
        string source = folder.Write("db/000016.log", log);
        SalvageReport report = await LogSalvage.RunAsync(
            await WalSet.OpenAsync(source), folder.PathOf("out"), new SalvageOptions { IncludesStale = true });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Assert.Equal((0, 40), (salvaged.LossCount, salvaged.Records));
        StaleLog stale = Assert.Single(salvaged.Stale);
        Assert.True(stale.LogNumber < 16);
        Assert.Equal(folder.PathOf($"out/stale-of-000016/{WalFileName.Of(stale.LogNumber)}"), stale.OutputPath);

        // They were written before the live records, and in order.
        List<byte[]> live = await TempDatabase.RecordsOfAsync(salvaged.OutputPath!);
        List<byte[]> old = await TempDatabase.RecordsOfAsync(stale.OutputPath);
        Assert.Equal(stale.Records, old.Count);
        Assert.True(old.Count > 100);
        ulong[] sequences = [.. old.Select(record => new WriteBatch(record).Sequence)];
        Assert.Equal(sequences.Order(), sequences);
        Assert.True(sequences[^1] < new WriteBatch(live[0]).Sequence);
        Assert.All(old, record => Assert.Null(Salvaging.CorruptionOf(record)));
    }

    [Fact]
    public async Task Nothing_is_written_into_a_source_or_over_existing_files()
    {
        using var folder = new TempDatabase();
        byte[] log = TempDatabase.LogOf([TempDatabase.Puts(1, 1)]);
        folder.Write("db/000010.log", log);
        folder.Write("db/archive/000008.log", log);
        Directory.CreateSymbolicLink(folder.PathOf("link"), folder.PathOf("db"));
        WalSet set = await WalSet.OpenAsync(folder.PathOf("db"));
        foreach (string output in (string[])["db", "db/archive", "link", "link/archive", "db/../link"])
        {
            await Assert.ThrowsAsync<IOException>(() => LogSalvage.RunAsync(set, folder.PathOf(output)));
        }

        await Assert.ThrowsAsync<IOException>(async () =>
            await LogSalvage.RunAsync(await WalSet.OpenAsync(folder.PathOf("link/000010.log")), folder.PathOf("db")));
        folder.Write("out/000010.log", "there"u8.ToArray());
        SalvageReport report = await LogSalvage.RunAsync(set, folder.PathOf("out"));
        Assert.Equal([null, "000010.log"], report.Logs.Select(found => found.Failure is null ? null : found.Source.Name));
        Assert.Equal("there"u8, File.ReadAllBytes(folder.PathOf("out/000010.log")));
        Assert.Equal(["000008.log", "000010.log"], Directory.EnumerateFiles(folder.PathOf("out")).Select(Path.GetFileName).Order());
        Assert.Equal(["000010.log"], Directory.EnumerateFiles(folder.PathOf("db")).Select(Path.GetFileName));
    }

    /// <summary>The recovery view of a damaged database contains exactly the records that recovery replays.</summary>
    [Fact]
    public async Task The_recovery_view_ends_where_recovery_ends()
    {
        using var folder = new TempDatabase();
        byte[] log = TempDatabase.LogOf(Enumerable.Range(0, 9).Select(i => TempDatabase.Puts(1 + (ulong)i, 1)));
        log[(log.Length / 9 * 4) + 10] ^= 1;
        folder.Write("db/000010.log", log);
        WalSet set = await WalSet.OpenAsync(folder.PathOf("db"));
        SalvageReport recovered = await LogSalvage.RunAsync(
            set, folder.PathOf("recovered"), new SalvageOptions { View = SalvageView.Recovery });
        SalvageReport everything = await LogSalvage.RunAsync(set, folder.PathOf("everything"));
        Assert.Equal((4, 8), (recovered.Logs[0].Records, everything.Logs[0].Records));
        Assert.Equal(4, everything.Logs[0].RecoveredRecords);
        Assert.True(recovered.HasLosses && everything.HasLosses);
        Assert.NotEmpty(recovered.Findings);
    }

    /// <summary>
    /// RocksDB's own program reads the salvaged logs of every damaged fixture without an error, as far as it supports their content.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(Fixtures))]
    public async Task RocksDB_reads_the_salvaged_logs(string name)
    {
        using var folder = new TempDatabase();
        byte[] log = await File.ReadAllBytesAsync(TestFiles.PathOf(name));
        var random = new Random(4);
        for (int i = 0; i < 10 && log.Length > 0; i++)
        {
            log[random.Next(log.Length)] ^= 0x40;
        }

        string source = folder.Write("db/" + Path.GetFileName(name), log);
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(source), folder.PathOf("out"));
        Assert.Null(report.Logs[0].Failure);
        await Salvaging.AssertRocksDBTakesAsync(report.Logs[0]);
    }

    /// <summary>
    /// A database that RocksDB refuses to open in the strictest mode opens with the salvaged log in place of the damaged log.
    /// </summary>
    [SkippableTheory]
    [InlineData("kvrocks/types/db", "000010.log")]
    [InlineData("kvrocks/cluster/db", "000010.log")]
    public async Task A_database_opens_with_the_salvaged_log(string scenario, string name)
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed(scenario));
        database.Flip(name, 5000).Flip(name, 40_000);
        WalSet set = await WalSet.OpenAsync(database.Path);
        string[] families = [.. set.Folder!.Manifest!.ColumnFamilies.Where(family => !family.IsDropped).Select(family => family.Name)];
        Ldb.WriteOptions(database, WalRecoveryMode.AbsoluteConsistency, families);
        using var output = new TempDatabase();
        SalvageReport report = await LogSalvage.RunAsync(set, output.Path);
        Assert.True(report.HasLosses && report.Logs[0].RecoveredRecords > 0);
        Assert.Null(Ldb.Scan(database, "metadata", out _));
        File.Copy(output.PathOf(name), database.PathOf(name), overwrite: true);
        List<string>? lines = Ldb.Scan(database, "metadata", out string refusal);
        Assert.Equal("", refusal);
        Assert.NotEmpty(lines!);
    }
}
