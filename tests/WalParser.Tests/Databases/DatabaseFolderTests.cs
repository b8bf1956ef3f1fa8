using WalParser.Databases;
using WalParser.Findings;
using WalParser.Manifests;
using WalParser.TestSupport.Files;
using static WalParser.Tests.Databases.OpenedFolder;

namespace WalParser.Tests.Databases;

/// <summary>Folders with missing, damaged or unexpected files: problems are reported, and readable files are read.</summary>
public class DatabaseFolderTests
{
    private const string Manifest = "MANIFEST-000011";

    [Fact]
    public async Task A_folder_of_a_server_has_no_findings()
    {
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(TestFiles.Committed("kvrocks/rotated/db"));
        Assert.Empty(folder.Findings);
        Assert.Equal(
            ["archive/000010.log", "archive/000014.log", "archive/000043.log", "archive/000072.log", "000101.log"], NamesOf(folder));
        Assert.Equal([true, true, true, true, false], folder.Wals.Select(wal => wal.IsArchived));
        Assert.Equal(Manifest, Path.GetFileName(folder.ManifestPath));
        Assert.Equal(
            ["default", "metadata", "zset_score", "pubsub", "propagate", "stream", "search"],
            folder.Manifest!.ColumnFamilies.Select(family => family.Name));
        Assert.All(folder.Manifest.ColumnFamilies, family => Assert.Equal("leveldb.BytewiseComparator", family.Comparator));
        Assert.True(folder.Manifest.LastSequence > 0);
    }

    [Fact]
    public async Task A_missing_CURRENT_is_reported()
    {
        using TempDatabase database = Types();
        database.Delete("CURRENT");
        DatabaseFolder folder = await OpenAsync(database, "MissingCurrent CURRENT");
        Assert.Equal("metadata", folder.Manifest!.ColumnFamilies.ElementAt(1).Name);
    }

    [Theory]
    [InlineData("MANIFEST-000099\n", 1)]
    [InlineData("", 0)]
    [InlineData("\0\u0001\n\r\u001B[2J", 1)]
    [InlineData("M", 10_000_000)]
    [InlineData("MANIFEST-000011\n", 2)]
    [InlineData("../MANIFEST-000011\n", 1)]
    [InlineData("000010.log\n", 1)]
    public async Task A_CURRENT_without_the_name_of_a_MANIFEST_is_reported(string what, int times)
    {
        using TempDatabase database = Types();
        database.Write("CURRENT", [.. Enumerable.Repeat(System.Text.Encoding.Latin1.GetBytes(what), times).SelectMany(bytes => bytes)]);
        DatabaseFolder folder = await OpenAsync(database, "DanglingCurrent CURRENT");
        Assert.Equal(7, folder.Manifest!.ColumnFamilies.Count);
        string message = folder.Findings[0].Reason;
        Assert.True(message.Length < 200, what);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.Contains(Manifest, message);

        database.Delete(Manifest);
        folder = await OpenAsync(database, "DanglingCurrent CURRENT");
        Assert.Null(folder.Manifest);
        Assert.Null(folder.ManifestPath);
        Assert.Single(folder.Wals);
    }

    [Fact]
    public async Task Several_MANIFESTs_are_reported()
    {
        using TempDatabase database = Types();
        database.Write("MANIFEST-000099", "no manifest"u8.ToArray());
        database.Write("MANIFEST-1000000", "no manifest"u8.ToArray());
        database.Write("MANIFEST-12x", "no manifest"u8.ToArray());
        DatabaseFolder folder = await OpenAsync(database, $"SeveralManifests {Manifest}");
        Assert.Equal(7, folder.Manifest!.ColumnFamilies.Count);
        Assert.Contains("MANIFEST-000099, MANIFEST-1000000", folder.Findings[0].Reason);

        // Without CURRENT, the MANIFEST with the greatest number is used, not the last one by name.
        database.Delete("CURRENT");
        folder = await DatabaseFolder.OpenAsync(database.Path);
        Assert.Equal("MANIFEST-1000000", Path.GetFileName(folder.ManifestPath));
        Assert.Contains($"SeveralManifests MANIFEST-1000000", ProblemsOf(folder));
        Assert.Contains($"MissingCurrent CURRENT", ProblemsOf(folder));
    }

    /// <summary>
    /// Wherever a MANIFEST is truncated or one of its bits is flipped, the WALs are read, and the edits before the damage are used.
    /// </summary>
    [Fact]
    public async Task A_damaged_MANIFEST_is_used_up_to_the_damage()
    {
        byte[] whole = File.ReadAllBytes(TestFiles.Committed($"kvrocks/types/db/{Manifest}"));
        using TempDatabase database = Types();
        long edits = (await OpenAsync(database)).Manifest!.EditCount;
        for (int at = 0; at < whole.Length; at += 7)
        {
            database.Write(Manifest, whole[..at]);
            DatabaseFolder folder = await DatabaseFolder.OpenAsync(database.Path);
            Assert.Single(folder.Wals);
            Assert.NotNull(folder.Manifest);
            Assert.All(folder.Findings, problem => Assert.Equal(Manifest, problem.File));
            Assert.All(
                folder.Findings,
                problem => Assert.True(problem.Kind is FindingKind.DamagedManifest or FindingKind.TornManifest));

            // A truncated edit is reported.
            await using ManifestReader reader = ManifestReader.Open(database.PathOf(Manifest));
            while (await reader.ReadAsync())
            {
                Assert.Equal(ManifestEntryKind.Edit, reader.Kind);
            }

            Assert.Equal(reader.End!.Value.Bytes > 0, folder.Findings.Any(problem => problem.Kind == FindingKind.TornManifest));

            byte[] flipped = [.. whole];
            flipped[at] ^= 1;
            database.Write(Manifest, flipped);
            folder = await DatabaseFolder.OpenAsync(database.Path);
            Assert.Single(folder.Wals);

            // A last edit that extends past the end of the file was being written: it is missing, which is not damage.
            Assert.True(
                folder.Manifest!.EditCount < edits || folder.Findings.Any(problem => problem.Kind == FindingKind.DamagedManifest),
                $"bit at {at}");
        }

        database.Write(Manifest, []);
        DatabaseFolder empty = await OpenAsync(database, $"DamagedManifest {Manifest}");
        Assert.Equal(["default"], empty.Manifest!.ColumnFamilies.Select(family => family.Name));
    }

    [Fact]
    public async Task A_MANIFEST_of_damaged_edits_has_a_bounded_number_of_findings()
    {
        using TempDatabase database = Types();
        database.WriteLog(Manifest, Enumerable.Repeat<byte[]>([0xC8], 5000));
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(database.Path);
        Assert.True(folder.Findings.Count < 20);
        Assert.Equal("4991 more findings", folder.Findings[^1].Reason);
    }

    /// <summary>Folders in place of files behave like files that cannot be read, independent of the user who runs the test.</summary>
    [Fact]
    public async Task Folders_in_place_of_files_are_reported()
    {
        using TempDatabase database = Types();
        foreach (string name in new[] { "CURRENT", Manifest, "000010.log", "OPTIONS-000013" })
        {
            database.Delete(name);
            Directory.CreateDirectory(database.PathOf(name));
        }

        DatabaseFolder folder = await DatabaseFolder.OpenAsync(database.Path);
        Assert.Null(folder.Manifest);
        Assert.Empty(folder.Wals);
    }

    [Fact]
    public async Task A_folder_that_contains_only_WALs_is_read()
    {
        using var database = new TempDatabase();
        database.WriteLog("000007.log", TempDatabase.Puts(1, 2));
        database.WriteLog("1000000.log", TempDatabase.Puts(3, 2));
        database.WriteLog("999999.log", TempDatabase.Puts(9, 2));
        database.Write("LOG", "no WAL"u8.ToArray());
        database.Write("x.log", "no WAL"u8.ToArray());
        database.Write("000008.log.old", "no WAL"u8.ToArray());
        database.Write("-00008.log", "no WAL"u8.ToArray());
        DatabaseFolder folder = await OpenAsync(database);
        Assert.Equal(["000007.log", "999999.log", "1000000.log"], NamesOf(folder));
        Assert.Null(folder.Manifest);
    }

    [Fact]
    public async Task A_folder_that_contains_only_an_archive_is_read()
    {
        using var database = new TempDatabase();
        database.WriteLog("archive/000007.log", TempDatabase.Puts(1, 2));
        Assert.Equal(["archive/000007.log"], NamesOf(await OpenAsync(database)));

        // The archive itself is a folder of WALs like any other.
        DatabaseFolder archive = await DatabaseFolder.OpenAsync(database.PathOf("archive"));
        Assert.Equal(["000007.log"], NamesOf(archive));
        Assert.Equal(database.Path, DatabaseFolder.DatabaseOf(database.PathOf("archive") + "/"));
        Assert.Equal(database.Path, DatabaseFolder.DatabaseOf(database.Path));
    }

    [Fact]
    public async Task An_empty_folder_has_no_WALs_and_a_missing_folder_throws()
    {
        using var database = new TempDatabase();
        Assert.Empty((await OpenAsync(database)).Wals);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => DatabaseFolder.OpenAsync(database.PathOf("none")));
    }

    /// <summary>Kvrocks stores its database in a subfolder of the configured folder.</summary>
    [Fact]
    public async Task The_database_in_a_subfolder_is_found()
    {
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(TestFiles.Committed("kvrocks/types"));
        Assert.Equal("db", Path.GetFileName(folder.Path));
        Assert.Single(folder.Wals);
        Assert.NotNull(folder.Manifest);

        // The subfolder is ignored if the folder itself contains a database.
        using var database = new TempDatabase();
        database.WriteLog("archive/000007.log", TempDatabase.Puts(1, 2));
        database.WriteLog("db/000009.log", TempDatabase.Puts(1, 2));
        Assert.Equal(["archive/000007.log"], NamesOf(await OpenAsync(database)));
    }
}
