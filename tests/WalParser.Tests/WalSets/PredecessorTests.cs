using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.WalSets;

namespace WalParser.Tests.WalSets;

/// <summary>WALs that name their predecessor: the findings when it is missing, truncated, or another log.</summary>
public class PredecessorTests
{
    public static TheoryData<string> Scenarios => ["rocksdb/predecessor", "rocksdb/predecessor-recycled"];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_removal_of_each_file_is_reported(string scenario)
    {
        IReadOnlyList<WalFile> files = (await DatabaseFolder.OpenAsync(TestFiles.Committed(scenario))).Wals;
        for (int i = 0; i < files.Count; i++)
        {
            using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed(scenario));
            database.Delete(files[i].Name);

            // A WAL before the first one is reported as missing only if the MANIFEST needs it. Only the MANIFEST names the last WAL.
            ulong needed = (await DatabaseFolder.OpenAsync(database.Path)).Manifest!.ColumnFamilies.Min(family => family.LogNumber);
            ulong last = await LastSequenceAsync(files[i]);
            string[] expected = i == files.Count - 1 || (i == 0 && files[i].LogNumber < needed)
                ? []
                : [string.Create(CultureInfo.InvariantCulture, $"MissingWal {files[i + 1].Name}: its predecessor is missing: log "
                    + $"{files[i].LogNumber}, of {files[i].GetSize():N0} bytes, "
                    + $"the last record with sequence number {last:N0}")];
            Assert.Equal(expected, await ProblemsAsync(database));
            string[] ofFolder = i == files.Count - 1 && files[^2].LogNumber < needed ? [$"MissingNewestWal {WalFileName.Of(needed)}"] : [];
            Assert.Equal(
                ofFolder,
                (await DatabaseFolder.OpenAsync(database.Path)).Findings.Select(problem => $"{problem.Kind} {problem.File}"));
        }
    }

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_truncation_of_each_file_is_reported(string scenario)
    {
        IReadOnlyList<WalFile> files = (await DatabaseFolder.OpenAsync(TestFiles.Committed(scenario))).Wals;
        for (int i = 0; i < files.Count - 1; i++)
        {
            int size = (int)files[i].GetSize()!.Value;
            ulong last = await LastSequenceAsync(files[i]);
            for (int length = 0; length < size; length += Math.Max(1, size / 15))
            {
                using TempDatabase database = TempDatabase.CopyOf(TestFiles.Committed(scenario));
                database.Cut(files[i].Name, size - length);
                ulong left = await LastSequenceAsync(new WalFile(database.PathOf(files[i].Name)));
                string had = left == 0
                    ? "no record"
                    : string.Create(CultureInfo.InvariantCulture, $"the last record with sequence number {left:N0}");
                Assert.Contains(
                    string.Create(CultureInfo.InvariantCulture, $"PredecessorMismatch {files[i + 1].Name}: says that its predecessor, log "
                        + $"{files[i].LogNumber}, "
                        + $"has {size:N0} bytes, the last record with sequence number {last:N0}; it has {length:N0} bytes, {had}"),
                    await ProblemsAsync(database));
            }
        }
    }

    /// <summary>The contents of two files are exchanged: the findings about both files and about the files after them.</summary>
    [Fact]
    public async Task Two_swapped_files_are_reported()
    {
        string folder = TestFiles.Committed("rocksdb/predecessor");
        IReadOnlyList<WalFile> files = (await DatabaseFolder.OpenAsync(folder)).Wals;
        using TempDatabase database = TempDatabase.CopyOf(folder);
        database.Write(files[1].Name, File.ReadAllBytes(files[2].Path!));
        database.Write(files[2].Name, File.ReadAllBytes(files[1].Path!));
        List<string> problems = await ProblemsAsync(database);
        Assert.Equal(3, problems.Count);
        Assert.StartsWith(
            $"PredecessorMismatch {files[1].Name}: names log {files[1].LogNumber} as its predecessor, but log {files[0].LogNumber} "
                + "precedes it",
            problems[0]);
        Assert.StartsWith(
            $"PredecessorMismatch {files[2].Name}: names log {files[0].LogNumber} as its predecessor, but log {files[1].LogNumber} "
                + "precedes it",
            problems[1]);
        Assert.StartsWith($"PredecessorMismatch {files[3].Name}: says that its predecessor, log {files[2].LogNumber}, has ", problems[2]);
    }

    /// <summary>In recovery, a file that does not match its predecessor is damage.</summary>
    [Fact]
    public async Task A_mismatch_is_damage_in_recovery()
    {
        using var database = new TempDatabase();
        database.Write("000010.log", File.ReadAllBytes(TestFiles.Committed("rocksdb/predecessor/archive/000004.log")));
        database.Write("000012.log", File.ReadAllBytes(TestFiles.Committed("rocksdb/predecessor/000012.log")));
        int first = (await TempDatabase.RecordsOfAsync(database.PathOf("000010.log"))).Count;
        foreach (WalRecoveryMode mode in Enum.GetValues<WalRecoveryMode>())
        {
            await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(database.Path), mode);
            int records = 0;
            while (await reader.ReadAsync())
            {
                records += reader.Kind == WalSetEntryKind.Record ? 1 : 0;
            }

            Assert.Equal(mode is WalRecoveryMode.TolerateCorruptedTailRecords or WalRecoveryMode.AbsoluteConsistency, reader.IsRefused);
            Assert.Equal(mode == WalRecoveryMode.SkipAnyCorruptedRecords, records > first);
        }
    }

    /// <summary>The same applies to a file that contains only the name of its predecessor.</summary>
    [Fact]
    public async Task A_mismatch_is_damage_in_recovery_without_records()
    {
        const int ControlRecords = 31;
        using var database = new TempDatabase();
        database.Write("000010.log", File.ReadAllBytes(TestFiles.Committed("rocksdb/predecessor/archive/000004.log")));
        database.Write("000012.log", File.ReadAllBytes(TestFiles.Committed("rocksdb/predecessor/000012.log"))[..ControlRecords]);
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(database.Path), WalRecoveryMode.AbsoluteConsistency);
        while (await reader.ReadAsync())
        {
        }

        Assert.True(reader.IsRefused);
    }

    private static async Task<ulong> LastSequenceAsync(WalFile file)
    {
        ulong last = 0;
        await using WalReader reader = file.Open();
        while (await reader.ReadAsync())
        {
            last = reader.Kind == WalEntryKind.Record ? new WriteBatch(reader.Record).Sequence : last;
        }

        return last;
    }

    private static async Task<List<string>> ProblemsAsync(TempDatabase database)
    {
        List<string> problems = [];
        await using WalSetReader reader = (await WalSet.OpenAsync(database.Path)).OpenReader();
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalSetEntryKind.DatabaseFinding)
            {
                problems.Add($"{reader.Finding.Kind} {reader.Finding}");
            }
        }

        return problems;
    }
}
