using FsCheck;
using FsCheck.Fluent;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Recovery;
using WalParser.Salvage;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.WalSets;

namespace WalParser.Tests.Salvage;

/// <summary>Salvage of whole databases, in both views.</summary>
public class SalvageSetTests
{
    private sealed record Damaged(LogDamage.Change[][] Changes, WalRecoveryMode Mode)
    {
        public override string ToString() =>
            $"{Mode}: {string.Join(" | ", Changes.Select(changes => string.Join(", ", (object[])changes)))}";
    }

    /// <summary>All fixtures that are databases with several logs.</summary>
    public static TheoryData<string> Databases =>
        [.. TestFiles.Named("*.log")
            .Where(log => !SalvageTests.IsDamaged(log) && !log.StartsWith("conformance/", StringComparison.Ordinal))
            .GroupBy(DatabaseOf).Where(logs => logs.Count() > 1).Select(logs => logs.Key)];

    /// <summary>
    /// Whatever the damage to the logs, each output contains exactly the intact records of its source, and in the recovery view those that
    /// are replayed. Each byte is accounted for.
    /// </summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Intact_records_of_a_damaged_database_are_salvaged(string name)
    {
        WalSet original = await WalSet.OpenAsync(TestFiles.PathOf(name));
        List<(WalFile File, byte[] Bytes, List<OriginalRecord> Records)> logs = [];
        foreach (WalFile file in original.Files)
        {
            byte[] bytes = await File.ReadAllBytesAsync(file.Path!);
            logs.Add((file, bytes, await Salvaging.RecordsOfAsync(bytes, file.LogNumber!.Value)));
        }

        int[] live = [.. logs.Select(log => log.Records.Count == 0 ? log.Bytes.Length : (int)log.Records[^1].End)];
        Gen<Damaged> damages =
            from changes in Gen.CollectToArray(
                Enumerable.Range(0, live.Length),
                i => live[i] == 0
                    ? Gen.Constant<LogDamage.Change[]>([])
                    : Gen.OneOf(Gen.Constant<LogDamage.Change[]>([]), LogDamage.ChangesOf(live[i], logs[i].Records)))
            from mode in Gen.Elements(Enum.GetValues<WalRecoveryMode>())
            select new Damaged(changes, mode);
        Prop.ForAll(damages.ToArbitrary(), damaged => CheckAsync(name, logs, live, damaged).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(10));
    }

    private static async Task CheckAsync(
        string name, List<(WalFile File, byte[] Bytes, List<OriginalRecord> Records)> logs, int[] live, Damaged damaged)
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.PathOf(name));
        using var output = new TempDatabase();
        int[] cuts = new int[logs.Count];
        byte[][] changed = new byte[logs.Count][];
        for (int i = 0; i < logs.Count; i++)
        {
            changed[i] = LogDamage.Apply(logs[i].Bytes, live[i], damaged.Changes[i], out cuts[i]);
            database.Write(logs[i].File.Name, changed[i]);
        }

        WalSet set = await WalSet.OpenAsync(database.Path);
        SalvageReport everything = await LogSalvage.RunAsync(set, output.PathOf("everything"));
        Assert.Equal(logs.Select(log => log.File.Name), everything.Logs.Select(log => log.Source.Name));
        for (int i = 0; i < logs.Count; i++)
        {
            SalvagedLog log = everything.Logs[i];
            Assert.Null(log.Failure);
            Salvaging.AssertAccount(log, changed[i].Length);
            Salvaging.AssertSalvaged(
                logs[i].Bytes,
                logs[i].Records,
                changed[i],
                LogDamage.Moves(damaged.Changes[i]) ? null : cuts[i],
                await TempDatabase.RecordsOfAsync(log.OutputPath!),
                log);
        }

        await AssertNoPredecessorsAsync(everything);
        SalvageReport recovered = await LogSalvage.RunAsync(
            set, output.PathOf("recovered"), new SalvageOptions { View = SalvageView.Recovery, Mode = damaged.Mode });
        List<(string File, byte[] Record)> replayed = await ReplayedAsync(set, damaged.Mode);
        List<(string File, byte[] Record)> written = [];
        foreach (SalvagedLog log in recovered.Logs)
        {
            Assert.Null(log.Failure);
            Salvaging.AssertAccount(log, log.Source.GetSize()!.Value);
            written.AddRange((await TempDatabase.RecordsOfAsync(log.OutputPath!)).Select(record => (log.Source.Name, record)));
        }

        Assert.Equal(replayed.Select(record => record.File), written.Select(record => record.File));
        Assert.Equal(replayed.Select(record => record.Record), written.Select(record => record.Record));
        await AssertNoPredecessorsAsync(recovered);
    }

    /// <summary>Returns the records that RocksDB replays, except batches at which it stops.</summary>
    private static async Task<List<(string File, byte[] Record)>> ReplayedAsync(WalSet set, WalRecoveryMode mode)
    {
        List<(string, byte[])> records = [];
        await using RecoveryReader reader = RecoveryReader.Open(set, mode);
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalSetEntryKind.Record && Salvaging.CorruptionOf(reader.Record.Payload.ToArray()) is null)
            {
                records.Add((reader.File.Name, reader.Record.Payload.ToArray()));
            }
        }

        return records;
    }

    /// <summary>
    /// No log contains information about its predecessor that is no longer true, or that older versions of RocksDB treat as damage.
    /// </summary>
    private static async Task AssertNoPredecessorsAsync(SalvageReport report)
    {
        foreach (SalvagedLog log in report.Logs)
        {
            await using WalReader reader = WalReader.Open(log.OutputPath!);
            while (await reader.ReadAsync())
            {
                // The reading also passes control records.
            }

            Assert.Null(reader.Predecessor);
        }
    }

    /// <summary>RocksDB's own program reads all that is salvaged from a database, in either view, without an error.</summary>
    [SkippableTheory]
    [MemberData(nameof(Databases))]
    public async Task RocksDB_reads_the_salvaged_logs(string name)
    {
        WalSet set = await WalSet.OpenAsync(TestFiles.PathOf(name));
        foreach (SalvageView view in Enum.GetValues<SalvageView>())
        {
            using var output = new TempDatabase();
            SalvageReport report = await LogSalvage.RunAsync(set, output.Path, new SalvageOptions { View = view });
            Assert.NotEmpty(report.Logs);
            foreach (SalvagedLog log in report.Logs)
            {
                await Salvaging.AssertRocksDBTakesAsync(log);
            }
        }
    }

    /// <summary>Between logs, salvage reports the same as an ordinary reading of all logs, whichever log is missing.</summary>
    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Findings_between_logs_are_reported(string name)
    {
        string[] files = [.. (await WalSet.OpenAsync(TestFiles.PathOf(name))).Files.Select(file => file.Name)];
        foreach (string? missing in (string?[])[null, .. files])
        {
            using TempDatabase database = TempDatabase.CopyOf(TestFiles.PathOf(name));
            using var output = new TempDatabase();
            if (missing is not null)
            {
                database.Delete(missing);
            }

            WalSet set = await WalSet.OpenAsync(database.Path);
            SalvageReport report = await LogSalvage.RunAsync(set, output.Path);
            SetSequences map = await SetSequences.OfAsync(set);
            List<(WalFile, long, ulong, ulong)> between = [];
            foreach (SequenceFinding found in map.SequenceFindings)
            {
                List<OriginalRecord> records = await Salvaging.RecordsOfAsync(
                    await File.ReadAllBytesAsync(found.Wal.Path!), found.Wal.LogNumber!.Value);
                if (records[0].Offset == found.Offset)
                {
                    between.Add((found.Wal, found.Offset, found.Expected, found.Found));
                }
            }

            Assert.Equal(between, report.SequenceFindings.Select(found => (found.Wal, found.Offset, found.Expected, found.Found)));
            Assert.Equal([.. set.Folder!.Findings, .. map.Findings], report.Findings);
            Assert.Equal(report.SequenceFindings.Any(found => found.Kind == FindingKind.SequenceGap), report.HasLosses);
        }
    }

    /// <summary>A missing log in the middle is a loss, in every view in which the logs around it are read.</summary>
    [Theory]
    [InlineData("kvrocks/rotated/db", "archive/000014.log", "archive/000043.log", "archive/000072.log", false)]
    [InlineData("rocksdb/predecessor", "archive/000004.log", "archive/000008.log", "archive/000010.log", true)]
    public async Task A_missing_log_is_a_loss(string name, string before, string missing, string after, bool isNamed)
    {
        using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed(name));
        using var output = new TempDatabase();
        SetSequences map = await SetSequences.OfAsync(await WalSet.OpenAsync(database.Path));
        database.Delete(missing);
        SalvageReport report = await LogSalvage.RunAsync(await WalSet.OpenAsync(database.Path), output.Path);
        Assert.All(report.Logs, log => Assert.Equal(0, log.LossCount));
        Assert.True(report.HasLosses);
        SequenceFinding found = Assert.Single(report.SequenceFindings);
        ulong? expected = map.Files.Single(file => file.Name == before).Last + 1;
        ulong? first = map.Files.Single(file => file.Name == after).First;
        Assert.Equal(
            (after, FindingKind.SequenceGap, expected, first),
            (found.File, found.Kind, (ulong?)found.Expected, (ulong?)found.Found));
        Assert.Equal(
            isNamed ? [(after, FindingKind.MissingWal)] : [],
            report.Findings.Select(problem => (problem.File!, problem.Kind)));
    }

    /// <summary>The same for logs that recovery replays.</summary>
    [Fact]
    public async Task A_missing_log_is_a_loss_to_recovery()
    {
        using var folder = new TempDatabase();
        folder.WriteLog("db/000010.log", TempDatabase.Puts(1, 3));
        folder.WriteLog("db/000012.log", TempDatabase.Puts(9, 3), TempDatabase.Puts(20, 1));
        WalSet set = await WalSet.OpenAsync(folder.PathOf("db"));
        foreach (SalvageView view in Enum.GetValues<SalvageView>())
        {
            SalvageReport report = await LogSalvage.RunAsync(set, folder.PathOf(view.ToString()), new SalvageOptions { View = view });
            SequenceFinding found = Assert.Single(report.SequenceFindings);
            Assert.Equal((set.Files[1], 4UL, 9UL, 5UL), (found.Wal, found.Expected, found.Found, found.Missing));
            Assert.True(report.HasLosses);
        }
    }

    /// <summary>Declarations that do not fit in one control record are written in several.</summary>
    [Fact]
    public async Task Any_number_of_timestamp_sizes_is_declared()
    {
        using var folder = new TempDatabase();
        var bytes = new MemoryStream();
        var log = new LogBuilder(bytes);
        for (uint some = 0; some < 3; some++)
        {
            byte[] sizes =
            [
                .. Enumerable.Range(0, 4000).SelectMany(i => (byte[])[.. BitConverter.GetBytes((uint)i + (some * 4000)), 8, 0]),
            ];
            log.Raw(new byte[(32768 - (int)(bytes.Length % 32768)) % 32768]).Fragment(FragmentType.UserDefinedTimestampSize, sizes);
        }

        log.Record(TempDatabase.Puts(1, 1));
        folder.Write("db/000010.log", bytes.ToArray());
        WalSet set = await WalSet.OpenAsync(folder.PathOf("db"));
        foreach (SalvageView view in Enum.GetValues<SalvageView>())
        {
            SalvageReport report = await LogSalvage.RunAsync(set, folder.PathOf(view.ToString()), new SalvageOptions { View = view });
            SalvagedLog salvaged = Assert.Single(report.Logs);
            Assert.Equal((null, 1), (salvaged.Failure, salvaged.Records));
            Salvaging.AssertAccount(salvaged, bytes.Length);
            Assert.Equal(0, salvaged.LossCount);
            await using WalReader reader = WalReader.Open(salvaged.OutputPath!);
            Assert.True(await reader.ReadAsync());
            Assert.Equal(12_000, reader.TimestampSizes.ByColumnFamily.Count);
        }
    }

    private static string DatabaseOf(string log)
    {
        string folder = Path.GetDirectoryName(log)!.Replace('\\', '/');
        return folder.EndsWith("/archive", StringComparison.Ordinal) ? folder[..^8] : folder;
    }
}
