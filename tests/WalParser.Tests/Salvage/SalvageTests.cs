using FsCheck;
using FsCheck.Fluent;
using WalParser.Batches;
using WalParser.Compression;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.Salvage;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.Tests.Fixtures;
using WalParser.WalSets;
using WalParser.Writing;

namespace WalParser.Tests.Salvage;

/// <summary>What is salvaged of damaged logs.</summary>
public class SalvageTests
{
    public static TheoryData<string> Fixtures =>
        [.. TestFiles.Named("*.log").Where(log => !log.StartsWith("hostile/", StringComparison.Ordinal))];

    /// <summary>A log in which nothing is wrong comes out with all its records and without a loss, and a plain one as it was.</summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task A_good_log_comes_out_whole(string name)
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
    /// Whatever happens to a log's bytes, what comes out is a subsequence of its records, and has each of which no byte was touched. (Of a log that ends earlier
    /// than it did, no byte of what is cut off is left. Where bytes come in between or go, only the former is asked for: blocks begin elsewhere then.)
    /// </summary>
    [Theory]
    [MemberData(nameof(Fixtures))]
    public async Task All_that_is_intact_comes_out_and_nothing_else(string name)
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

    /// <summary>Whatever the bytes, salvage ends and what it writes is clean.</summary>
    [Fact]
    public void Any_log_is_gone_through_to_its_end() =>
        Prop.ForAll(Logs.Any.ToArbitrary(), log =>
        {
            (List<byte[]> salvaged, SalvagedLog report, _) = Salvaging.RunAsync(log.Bytes, log.Number ?? 16, includesStale: true).GetAwaiter().GetResult();
            Assert.All(salvaged, record => Assert.Null(Salvaging.CorruptionOf(record)));
            Assert.Equal(report.Records, salvaged.Count);
            Assert.All(report.Losses, loss => Assert.InRange(loss.Offset + loss.Bytes, loss.Offset, log.Bytes.Length));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData("one-bit-hangs-rocksdb-10.log")]
    [InlineData("rocksdb-hangs-7.log")]
    [InlineData("zstd-bomb-3-gib-4.log")]
    public async Task Hostile_logs_are_salvaged(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed("hostile/" + name));
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(log, Salvaging.NumberOf(name[..^4].Replace('-', '/') + ".log"), maxRecordSize: 1 << 20);
        Assert.NotEqual(0, report.LossCount);
        Assert.All(salvaged, record => Assert.Null(Salvaging.CorruptionOf(record)));
    }

    /// <summary>
    /// A log that is a value: its records are not those of the log around it, whether the value or the header in front of it is damaged.
    /// </summary>
    [Theory]
    [InlineData(40)]
    [InlineData(1)]
    [InlineData(6)]
    public async Task A_log_inside_a_value_is_not_taken_for_the_log(int damagedByte)
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

    /// <summary>A batch that RocksDB would refuse is left out, and told.</summary>
    [Fact]
    public async Task Malformed_batches_are_left_out()
    {
        byte[] wrong = TempDatabase.Puts(2, 1);
        wrong[8]++;
        byte[][] records = [TempDatabase.Puts(1, 1), wrong, [1, 2, 3], TempDatabase.Puts(1UL << 60, 1), TempDatabase.Puts(3, 1)];
        (List<byte[]> salvaged, SalvagedLog report, _) = await Salvaging.RunAsync(TempDatabase.LogOf(records), 10);
        Assert.Equal([records[0], records[4]], salvaged);
        Assert.Equal(
            ["WriteBatch has wrong count", "log record too small", $"sequence {1UL << 60} is too large"], report.Losses.Select(loss => loss.Reason));
    }

    /// <summary>Behind the live end of a recycled log, the records of its earlier life that were not overwritten.</summary>
    [Theory]
    [InlineData("rocksdb/recycled/000016.log")]
    [InlineData("rocksdb/recycled-zstd/000016.log")]
    public async Task Stale_records_come_out_under_their_own_number(string name)
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(name));
        using var folder = new TempDatabase();
        string source = folder.Write("db/000016.log", log);
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(source), folder.PathOf("out"), new SalvageOptions { IncludesStale = true });
        SalvagedLog salvaged = Assert.Single(report.Logs);
        Assert.Equal((0, 40), (salvaged.LossCount, salvaged.Records));
        StaleLog stale = Assert.Single(salvaged.Stale);
        Assert.True(stale.LogNumber < 16);
        Assert.Equal(folder.PathOf($"out/stale-of-000016/{WalFileName.Of(stale.LogNumber)}"), stale.OutputPath);

        // Written before the live ones, and in order.
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
    public async Task Nothing_is_written_where_something_is_read_or_lies()
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

        await Assert.ThrowsAsync<IOException>(async () => await LogSalvage.RunAsync(await WalSet.OpenAsync(folder.PathOf("link/000010.log")), folder.PathOf("db")));
        folder.Write("out/000010.log", "there"u8.ToArray());
        SalvageReport report = await LogSalvage.RunAsync(set, folder.PathOf("out"));
        Assert.Equal([null, "000010.log"], report.Logs.Select(found => found.Failure is null ? null : found.Source.Name));
        Assert.Equal("there"u8, File.ReadAllBytes(folder.PathOf("out/000010.log")));
        Assert.Equal(["000008.log", "000010.log"], Directory.EnumerateFiles(folder.PathOf("out")).Select(Path.GetFileName).Order());
        Assert.Equal(["000010.log"], Directory.EnumerateFiles(folder.PathOf("db")).Select(Path.GetFileName));
    }

    /// <summary>The recovery view of a damaged database is what recovery replays.</summary>
    [Fact]
    public async Task The_recovery_view_ends_where_recovery_does()
    {
        using var folder = new TempDatabase();
        byte[] log = TempDatabase.LogOf(Enumerable.Range(0, 9).Select(i => TempDatabase.Puts(1 + (ulong)i, 1)));
        log[(log.Length / 9 * 4) + 10] ^= 1;
        folder.Write("db/000010.log", log);
        WalSet set = await WalSet.OpenAsync(folder.PathOf("db"));
        SalvageReport recovered = await LogSalvage.RunAsync(set, folder.PathOf("recovered"), new SalvageOptions { View = SalvageView.Recovery });
        SalvageReport everything = await LogSalvage.RunAsync(set, folder.PathOf("everything"));
        Assert.Equal((4, 8), (recovered.Logs[0].Records, everything.Logs[0].Records));
        Assert.Equal(4, everything.Logs[0].RecoveredRecords);
        Assert.True(recovered.HasLosses && everything.HasLosses);
        Assert.NotEmpty(recovered.Problems);
    }

    /// <summary>RocksDB's own program takes what is salvaged of every damaged fixture without a complaint, as far as it knows what is in it.</summary>
    [SkippableTheory]
    [MemberData(nameof(Fixtures))]
    public async Task RocksDB_takes_what_is_salvaged(string name)
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

    /// <summary>A database that RocksDB refuses to open whole in the strictest mode, opens with the salvaged log in the place of the damaged.</summary>
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
