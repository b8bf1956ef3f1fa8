using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Recovery;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.WalSets;
using Xunit.Abstractions;

namespace WalParser.Tests.Recovery;

/// <summary>
/// The recovery reader replays what RocksDB recovers. The tests split the history of recorded databases over several WALs, damage them, and
/// open the databases with RocksDB's own <c>ldb</c> in each recovery mode.
/// </summary>
public class RecoveryOracleTests(ITestOutputHelper output)
{
    /// <summary>The names of the column families that the operations of the tests use.</summary>
    private static readonly string[] Families = ["default", "metadata", "zset_score"];

    private static readonly string[] Scenarios = ["types", "bulk", "namespaces"];

    private const int SeedCount = 18;

    /// <summary>The time limit for <c>ldb</c>, which is a hundred times the usual duration.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, SeedCount)];

    [SkippableTheory]
    [MemberData(nameof(Seeds))]
    public async Task A_damaged_database_is_recovered_as_by_RocksDB(int seed)
    {
        var random = new Random(seed);
        using TempDatabase database = CopyWithoutLogs(Scenarios[seed % Scenarios.Length]);
        List<byte[]> history = await HistoryAsync(Scenarios[seed % Scenarios.Length], random);
        List<string> changes = WriteLogs(database, history, random);
        output.WriteLine($"modes that were not compared: {await CompareAsync(database, string.Join("; ", changes))}");
    }

    /// <summary>Only a minority of the cases depends on the version of RocksDB and is not compared.</summary>
    [Fact]
    public async Task Most_cases_can_be_compared()
    {
        int skipped = 0;
        WalRecoveryMode[] modes = Enum.GetValues<WalRecoveryMode>();
        foreach (int seed in Enumerable.Range(1, SeedCount))
        {
            var random = new Random(seed);
            using TempDatabase database = CopyWithoutLogs(Scenarios[seed % Scenarios.Length]);
            WriteLogs(database, await HistoryAsync(Scenarios[seed % Scenarios.Length], random), random);
            foreach (WalRecoveryMode mode in modes)
            {
                skipped += await DependsOnVersionAsync(database.Path, mode) ? 1 : 0;
            }
        }

        output.WriteLine($"{skipped} of {SeedCount * modes.Length} are not compared");
        Assert.InRange(skipped, 0, SeedCount * modes.Length / 4);
    }

    [SkippableFact]
    public async Task A_recorded_database_with_a_damaged_WAL_is_recovered_as_by_RocksDB()
    {
        var random = new Random(7);
        foreach (string scenario in Scenarios)
        {
            using TempDatabase database = TempDatabase.CopyOf(Folder(scenario));
            string change = Damage(database, "000010.log", random);
            Assert.Equal(0, await CompareAsync(database, $"{scenario}: {change}"));
        }
    }

    /// <summary>
    /// Opens a database with both readers in each mode. Returns the number of modes whose result depends on the version of RocksDB and was
    /// not compared.
    /// </summary>
    internal static async Task<int> CompareAsync(TempDatabase database, string what, string moreOptions = "")
    {
        int skipped = 0;
        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            DatabaseFolder folder = await DatabaseFolder.OpenAsync(database.Path);
            string[] families = [.. folder.Manifest!.ColumnFamilies.Where(family => !family.IsDropped).Select(family => family.Name)];
            Ldb.WriteOptions(database, mode, families, moreOptions);
            (KeyValueState? state, string report) = await ReplayAsync(database.Path);
            string circumstances = $"{mode}: {what}: {report}";
            if (report.Contains("without end", StringComparison.Ordinal))
            {
                Assert.False(Ldb.TryScan(database, "default", TimeSpan.FromSeconds(1), out _, out _), circumstances);
                continue;
            }

            if (await DependsOnVersionAsync(database.Path, mode))
            {
                skipped++;
                continue;
            }

            for (uint family = 0; family < families.Length && family < Families.Length; family++)
            {
                Assert.True(
                    Ldb.TryScan(database, families[family], Patience, out List<string>? recovered, out string refusal),
                    $"{circumstances} | RocksDB does not end");
                Assert.True((state is null) == (recovered is null), $"{circumstances} | RocksDB: {refusal}");
                if (state is null)
                {
                    break;
                }

                List<string> expected = state.LinesOf(family);
                int unexpected = expected.Except(recovered!).Count();
                int missing = recovered!.Except(expected).Count();
                Assert.True(
                    expected.SequenceEqual(recovered!),
                    $"{circumstances} | {families[family]}: {unexpected} unexpected or different lines, {missing} missing or different");
            }
        }

        return skipped;
    }

    /// <summary>
    /// Returns true if the result depends on the version of RocksDB. <c>ldb</c> may be RocksDB 7.8, which treats the old fragments in a
    /// recycled log differently from later versions: when it skips damage, it never consumes them and does not end, and point-in-time
    /// recovery does not stop at them.
    /// </summary>
    private static async Task<bool> DependsOnVersionAsync(string path, WalRecoveryMode mode)
    {
        bool hasOldRecords = false;
        await using WalSetReader reader = (await WalSet.OpenAsync(path)).OpenReader();
        while (await reader.ReadAsync())
        {
            hasOldRecords |= reader.Kind == WalSetEntryKind.OldRecord
                || (reader.Kind == WalSetEntryKind.LogFinding && reader.Finding.LooksStale)
                || (reader.Kind == WalSetEntryKind.LogFinding && reader.Finding.Reason.Contains("old record", StringComparison.Ordinal));
        }

        return hasOldRecords && (mode is WalRecoveryMode.SkipAnyCorruptedRecords or WalRecoveryMode.PointInTimeRecovery);
    }

    /// <summary>
    /// Applies the operations that the recovery reader replays one after the other. Returns null if the database is not opened.
    /// </summary>
    private static async Task<(KeyValueState? State, string Report)> ReplayAsync(string path)
    {
        var state = new KeyValueState();
        List<string> report = [];
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(path));
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.Record:
                    foreach (WriteBatchOperation operation in reader.Batch)
                    {
                        if (operation.HasKey && reader.IsReplayed(operation.ColumnFamily))
                        {
                            state.Apply(operation);
                        }
                    }

                    break;
                case WalSetEntryKind.DatabaseFinding:
                    report.Add(reader.Finding.ToString());
                    break;
                case WalSetEntryKind.LogFinding:
                    report.Add(reader.Finding.ToString());
                    break;
            }
        }

        return (reader.IsRefused ? null : state, string.Join(" / ", report));
    }

    private static string Folder(string scenario) => TestFiles.Committed($"kvrocks/{scenario}/db");

    internal static TempDatabase CopyWithoutLogs(string scenario)
    {
        TempDatabase database = TempDatabase.CopyOf(Folder(scenario));
        database.Delete("000010.log");
        return database;
    }

    /// <summary>Returns 20 to 300 consecutive batches.</summary>
    internal static async Task<List<byte[]>> HistoryAsync(string scenario, Random random)
    {
        List<byte[]> all = await TempDatabase.RecordsOfAsync(Path.Combine(Folder(scenario), "000010.log"));
        int count = random.Next(20, Math.Min(300, all.Count));
        return all.GetRange(random.Next(all.Count - count), count);
    }

    /// <summary>Splits the history over up to five logs, damages some of them, and returns descriptions of the changes.</summary>
    private static List<string> WriteLogs(TempDatabase database, List<byte[]> history, Random random)
    {
        List<string> changes = [];
        int logs = random.Next(1, 6);
        int[] cuts = [0, .. Enumerable.Range(1, logs - 1).Select(_ => random.Next(history.Count + 1)).Order(), history.Count];
        List<string> names = [];
        for (int i = 0; i < logs; i++)
        {
            uint number = (uint)(20 + (i * 3));
            List<byte[]> records = history.GetRange(cuts[i], cuts[i + 1] - cuts[i]);
            if (records.Count > 0 && random.Next(5) == 0)
            {
                changes.Add(Spoil(records, random));
            }

            bool isRecycled = random.Next(4) == 0;
            byte[] log = TempDatabase.LogOf(records, isRecycled ? number : null);
            if (isRecycled && random.Next(2) == 0)
            {
                log = [.. log, .. TempDatabase.LogOf(history.Take(3), number - 2)];
                changes.Add($"{number} has a stale tail");
            }

            names.Add(WalFileName.Of(number));
            database.Write(names[^1], log);
        }

        changes.Insert(0, $"logs of {string.Join(", ", cuts.Zip(cuts.Skip(1), (from, to) => to - from))}");
        for (int i = random.Next(3); i > 0 && names.Count > 0; i--)
        {
            string name = names[random.Next(names.Count)];
            if (names.Count > 2 && random.Next(4) == 0)
            {
                names.Remove(name);
                database.Delete(name);
                changes.Add($"{name} deleted");
            }
            else if (new FileInfo(database.PathOf(name)).Length > 0)
            {
                changes.Add(Damage(database, name, random));
            }
        }

        return changes;
    }

    /// <summary>Damages a batch whose record has a valid checksum.</summary>
    private static string Spoil(List<byte[]> records, Random random)
    {
        int index = random.Next(records.Count);
        byte[] record = [.. records[index]];
        switch (random.Next(4))
        {
            case 0:
                record[8] += 1;
                records[index] = record;
                return $"record {index} has a wrong count";
            case 1:
                records[index] = [.. record, 0x7A];
                return $"record {index} has an unknown tag at its end";
            case 2:
                records[index] = record[..random.Next(12)];
                return $"record {index} is too small";
            default:
                records.RemoveAt(index);
                return $"record {index} is missing";
        }
    }

    private static string Damage(TempDatabase database, string name, Random random)
    {
        byte[] log = File.ReadAllBytes(database.PathOf(name));
        int at = random.Next(log.Length);
        string what;
        switch (random.Next(3))
        {
            case 0:
                log = log[..at];
                what = "cut";
                break;
            case 1:
                log[at] ^= (byte)(1 << random.Next(8));
                what = "bit flipped";
                break;
            default:
                int length = Math.Min(random.Next(1, 200), log.Length - at);
                log.AsSpan(at, length).Clear();
                what = string.Create(CultureInfo.InvariantCulture, $"{length} bytes zeroed");
                break;
        }

        database.Write(name, log);
        return string.Create(CultureInfo.InvariantCulture, $"{name} {what} at {at}");
    }
}
