using System.Text;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.WalSets;
using static WalParser.Tests.Databases.OpenedFolder;

namespace WalParser.Tests.Databases;

/// <summary>The folder of the WALs of a database: its own, that of its option <c>wal_dir</c>, or one that is given.</summary>
public class WalFolderTests
{
    private const string Options = "OPTIONS-000099";

    /// <summary>Makes a database without WALs in the folder <c>db</c>, with this option.</summary>
    private static TempDatabase Database(string walFolder)
    {
        var root = new TempDatabase();
        foreach (string file in Directory.EnumerateFiles(TestFiles.Committed("reports/wd2")))
        {
            root.Write("db/" + Path.GetFileName(file), File.ReadAllBytes(file));
        }

        string option = walFolder.Replace("{root}", root.Path, StringComparison.Ordinal);
        root.Write("db/" + Options, Encoding.UTF8.GetBytes($"[DBOptions]\n  wal_dir={option}\n"));
        return root;
    }

    private static void WriteWal(TempDatabase root, string folder)
    {
        root.Copy("reports/wd2-wal/000004.log", folder + "/000004.log");
        root.Copy("reports/wd2-wal/000010.log", folder + "/000010.log");
    }

    private static async Task<DatabaseFolder> OpenedAsync(TempDatabase root, params string[] problems)
    {
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(root.PathOf("db"));
        Assert.Equal(problems, ProblemsOf(folder));
        return folder;
    }

    [Theory]
    [InlineData("{root}/wals", "wals", "; the WALs are read from there")]
    [InlineData("{root}/wals/", "wals", "; the WALs are read from there")]
    [InlineData("/no/such/folder/wals", "wals", "which is not a folder here; the WALs are read from ")]
    [InlineData("/no/such/folder/wals", "db/wals", "which is not a folder here; the WALs are read from ")]
    [InlineData("wals", "db/wals", "which is not a folder here; the WALs are read from ")]
    [InlineData("../wals", "wals", "which is not a folder here; the WALs are read from ")]
    [InlineData("data/wals", "wals", "which is not a folder here; the WALs are read from ")]
    public async Task The_folder_that_the_OPTIONS_file_names_is_read_and_reported(string option, string folder, string reason)
    {
        using TempDatabase root = Database(option);
        WriteWal(root, folder);
        DatabaseFolder database = await OpenedAsync(root, "WalsElsewhere " + Options);
        Assert.Equal(["000004.log", "000010.log"], NamesOf(database));
        Assert.Equal(root.PathOf(folder), database.WalFolder);
        Assert.Contains(reason, database.Findings[0].Reason, StringComparison.Ordinal);
        Assert.Equal(FindingSeverity.Note, database.Findings[0].Severity);
    }

    [Fact]
    public async Task The_archive_lies_in_the_folder_of_the_WALs()
    {
        using TempDatabase root = Database("{root}/wals");
        WriteWal(root, "wals/archive");
        Assert.Equal(["archive/000004.log", "archive/000010.log"], NamesOf(await OpenedAsync(root, "WalsElsewhere " + Options)));
    }

    [Theory]
    [InlineData("/no/such/folder/wals", "there is no such folder here")]
    [InlineData("wals", "there is no such folder here")]
    [InlineData("{root}/empty", "no WAL is there")]
    [InlineData("{root}/other", "it is the folder of a database of its own here")]
    [InlineData("no\0path", "something that is no path")]
    public async Task A_folder_that_is_not_found_is_named(string option, string reason)
    {
        using TempDatabase root = Database(option);
        Directory.CreateDirectory(root.PathOf("empty"));
        WriteWal(root, "other");
        root.Write("other/CURRENT", "MANIFEST-000001\n"u8.ToArray());
        DatabaseFolder database = await OpenedAsync(root, "WalFolderMissing " + Options);
        Assert.Empty(database.Wals);
        Assert.EndsWith(reason, database.Findings[0].Reason, StringComparison.Ordinal);
        Assert.Contains("--wal-dir", database.Findings[0].Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_folders_that_may_be_it_are_both_named_and_none_is_read()
    {
        using TempDatabase root = Database("/no/such/folder/wals");
        WriteWal(root, "wals");
        WriteWal(root, "db/wals");
        DatabaseFolder database = await OpenedAsync(root, "WalFolderMissing " + Options);
        Assert.Empty(database.Wals);
        Assert.Contains(root.PathOf("wals"), database.Findings[0].Reason, StringComparison.Ordinal);
        Assert.Contains(root.PathOf("db/wals"), database.Findings[0].Reason, StringComparison.Ordinal);
    }

    /// <summary>The first releases of RocksDB write the path of the database itself.</summary>
    [Theory]
    [InlineData("", null)]
    [InlineData("{root}/db", null)]
    [InlineData("{root}/db/", null)]
    [InlineData("/former/place/db", "WalsElsewhere " + Options)]
    public async Task The_folder_of_the_database_itself_is_ordinary(string option, string? finding)
    {
        using TempDatabase root = Database(option);
        await OpenedAsync(root, finding ?? "MissingNewestWal 000004.log");

        // With WALs of its own, nothing is worth saying.
        WriteWal(root, "db");
        Assert.Equal(["000004.log", "000010.log"], NamesOf(await OpenedAsync(root)));
    }

    [Fact]
    public async Task A_checkpoint_has_its_WALs_in_the_folder_of_the_database()
    {
        using TempDatabase root = Database("{root}/wals");
        WriteWal(root, "db");
        DatabaseFolder database = await OpenedAsync(root);
        Assert.Equal(root.PathOf("db"), database.WalFolder);

        // If the folder exists and contains WALs, which are RocksDB's choice, that is said.
        WriteWal(root, "wals");
        database = await OpenedAsync(root, "WalsElsewhere " + Options);
        Assert.Equal([root.PathOf("db/000004.log"), root.PathOf("db/000010.log")], database.Wals.Select(wal => wal.Path));
        Assert.Contains("they are not read", database.Findings[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_can_be_given()
    {
        using TempDatabase root = Database("/no/such/folder/wals");
        WriteWal(root, "given");
        DatabaseFolder database = await DatabaseFolder.OpenAsync(root.PathOf("db"), root.PathOf("given"));
        Assert.Empty(database.Findings);
        Assert.Equal(["000004.log", "000010.log"], NamesOf(database));
        Assert.NotNull(database.Manifest);

        WriteWal(root, "db");
        database = await DatabaseFolder.OpenAsync(root.PathOf("db"), root.PathOf("given"));
        Assert.Equal([root.PathOf("given/000004.log"), root.PathOf("given/000010.log")], database.Wals.Select(wal => wal.Path));
        Assert.Equal(["WalsElsewhere " + root.PathOf("db")], ProblemsOf(database));
        await Assert.ThrowsAsync<DirectoryNotFoundException>(
            () => DatabaseFolder.OpenAsync(root.PathOf("db"), root.PathOf("none")));
    }

    [Fact]
    public async Task RocksDB_escapes_special_characters_of_a_path()
    {
        using TempDatabase root = Database(@"{root}/wals \#1\\ä");
        WriteWal(root, @"wals #1\ä");
        Assert.Equal(["000004.log", "000010.log"], NamesOf(await OpenedAsync(root, "WalsElsewhere " + Options)));
    }

    [Fact]
    public async Task The_folder_of_the_WALs_is_followed()
    {
        using TempDatabase root = Database("{root}/wals");
        WriteWal(root, "wals");
        var set = new WalSet(await OpenedAsync(root, "WalsElsewhere " + Options));
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        List<string> files = [];
        await foreach (WalSetEntry entry in set.FollowAsync(cancellationToken: stop.Token))
        {
            files.Add(entry.File.Path!);
            break;
        }

        Assert.Equal([root.PathOf("wals/000004.log")], files);
    }

    [Fact]
    public async Task WALs_that_a_repair_has_moved_are_named_and_not_read_with_the_others()
    {
        using var root = new TempDatabase();
        root.WriteLog("db/000009.log", TempDatabase.Puts(9, 1));
        root.WriteLog("db/lost/000004.log", TempDatabase.Puts(1, 1));
        root.Write("db/lost/MANIFEST-000001", []);
        root.Write("db/lost/000003.sst", []);
        DatabaseFolder database = await OpenedAsync(root, "LostWals lost");
        Assert.Equal(["000009.log"], NamesOf(database));
        Assert.Contains("has moved there: 000004.log;", database.Findings[0].Reason, StringComparison.Ordinal);
        Assert.Equal(FindingSeverity.Note, database.Findings[0].Severity);

        // The MANIFESTs there are those that the repair has replaced.
        DatabaseFolder lost = await DatabaseFolder.OpenAsync(root.PathOf("db/lost"));
        Assert.Equal(["000004.log"], NamesOf(lost));
        Assert.Empty(lost.Findings);
        Assert.Null(lost.Manifest);
    }

    [Fact]
    public async Task Recovery_without_a_MANIFEST_says_that_it_cannot_know_what_was_flushed()
    {
        Assert.Equal([FindingKind.NoManifest], await RecoveredAsync(await WalSet.OpenAsync(TestFiles.Committed("reports/wd2-wal"))));
        string file = TestFiles.Committed("reports/wd2-wal/000010.log");
        Assert.Equal([FindingKind.NoManifest], await RecoveredAsync(await WalSet.OpenAsync(file)));

        DatabaseFolder both = await DatabaseFolder.OpenAsync(TestFiles.Committed("reports/wd2"), TestFiles.Committed("reports/wd2-wal"));
        Assert.DoesNotContain(FindingKind.NoManifest, await RecoveredAsync(new WalSet(both)));

        static async Task<List<FindingKind>> RecoveredAsync(WalSet set)
        {
            List<FindingKind> findings = [];
            await using RecoveryReader reader = RecoveryReader.Open(set);
            while (await reader.ReadAsync())
            {
                if (reader.Kind == WalSetEntryKind.DatabaseFinding)
                {
                    findings.Add(reader.Finding.Kind);
                }
            }

            return findings;
        }
    }
}
