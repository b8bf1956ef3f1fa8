using System.IO.Compression;
using WalParser.Databases;
using WalParser.Manifests;
using WalParser.Recovery;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.WalSets;

namespace WalParser.Tests.Databases;

/// <summary>Folders that are not as a server leaves them: what is wrong is said, and what is readable is read.</summary>
public class DatabaseFolderTests
{
    private const string Manifest = "MANIFEST-000011";

    private static TempDatabase Types() => TempDatabase.CopyOf(TestFiles.Committed("kvrocks/types/db"));

    private static string[] ProblemsOf(DatabaseFolder folder) => [.. folder.Problems.Select(problem => $"{problem.Kind} {problem.File}")];

    private static string[] NamesOf(DatabaseFolder folder) => [.. folder.Wals.Select(wal => wal.Name)];

    private static async Task<DatabaseFolder> OpenAsync(TempDatabase database, params string[] problems)
    {
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(database.Path);
        Assert.Equal(problems, ProblemsOf(folder));
        return folder;
    }

    [Fact]
    public async Task What_a_server_left()
    {
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(TestFiles.Committed("kvrocks/rotated/db"));
        Assert.Empty(folder.Problems);
        Assert.Equal(["archive/000010.log", "archive/000014.log", "archive/000043.log", "archive/000072.log", "000101.log"], NamesOf(folder));
        Assert.Equal([true, true, true, true, false], folder.Wals.Select(wal => wal.IsArchived));
        Assert.Equal(Manifest, Path.GetFileName(folder.ManifestPath));
        Assert.Equal(
            ["default", "metadata", "zset_score", "pubsub", "propagate", "stream", "search"],
            folder.Manifest!.ColumnFamilies.Select(family => family.Name));
        Assert.All(folder.Manifest.ColumnFamilies, family => Assert.Equal("leveldb.BytewiseComparator", family.Comparator));
        Assert.True(folder.Manifest.LastSequence > 0);
    }

    [Fact]
    public async Task No_CURRENT()
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
    public async Task A_CURRENT_that_names_no_MANIFEST(string what, int times)
    {
        using TempDatabase database = Types();
        database.Write("CURRENT", [.. Enumerable.Repeat(System.Text.Encoding.Latin1.GetBytes(what), times).SelectMany(bytes => bytes)]);
        DatabaseFolder folder = await OpenAsync(database, "DanglingCurrent CURRENT");
        Assert.Equal(7, folder.Manifest!.ColumnFamilies.Count);
        string message = folder.Problems[0].Message;
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
    public async Task Several_MANIFESTs()
    {
        using TempDatabase database = Types();
        database.Write("MANIFEST-000099", "no manifest"u8.ToArray());
        database.Write("MANIFEST-1000000", "no manifest"u8.ToArray());
        database.Write("MANIFEST-12x", "no manifest"u8.ToArray());
        DatabaseFolder folder = await OpenAsync(database, $"SeveralManifests {Manifest}");
        Assert.Equal(7, folder.Manifest!.ColumnFamilies.Count);
        Assert.Contains("MANIFEST-000099, MANIFEST-1000000", folder.Problems[0].Message);

        // Without a CURRENT, it is the one with the greatest number, not the last by name.
        database.Delete("CURRENT");
        folder = await DatabaseFolder.OpenAsync(database.Path);
        Assert.Equal("MANIFEST-1000000", Path.GetFileName(folder.ManifestPath));
        Assert.Contains($"SeveralManifests MANIFEST-1000000", ProblemsOf(folder));
        Assert.Contains($"MissingCurrent CURRENT", ProblemsOf(folder));
    }

    /// <summary>Wherever a MANIFEST is cut or a bit of it flipped, the WALs are read, and what it says before the damage counts.</summary>
    [Fact]
    public async Task A_damaged_MANIFEST()
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
            Assert.All(folder.Problems, problem => Assert.Equal(Manifest, problem.File));
            Assert.All(folder.Problems, problem => Assert.True(problem.Kind is DatabaseProblemKind.DamagedManifest or DatabaseProblemKind.TornManifest));

            // Where an edit is cut, that is said.
            await using ManifestReader reader = ManifestReader.Open(database.PathOf(Manifest));
            while (await reader.ReadAsync())
            {
                Assert.Equal(ManifestEntryKind.Edit, reader.Kind);
            }

            Assert.Equal(reader.End!.Value.Bytes > 0, folder.Problems.Any(problem => problem.Kind == DatabaseProblemKind.TornManifest));

            byte[] flipped = [.. whole];
            flipped[at] ^= 1;
            database.Write(Manifest, flipped);
            folder = await DatabaseFolder.OpenAsync(database.Path);
            Assert.Single(folder.Wals);

            // A last edit that reaches past the end is one that was being written: it is missing, and that is no damage.
            Assert.True(folder.Manifest!.EditCount < edits || folder.Problems.Any(problem => problem.Kind == DatabaseProblemKind.DamagedManifest), $"bit at {at}");
        }

        database.Write(Manifest, []);
        DatabaseFolder empty = await OpenAsync(database, $"DamagedManifest {Manifest}");
        Assert.Equal(["default"], empty.Manifest!.ColumnFamilies.Select(family => family.Name));
    }

    [Fact]
    public async Task A_MANIFEST_that_is_all_damage()
    {
        using TempDatabase database = Types();
        database.WriteLog(Manifest, Enumerable.Repeat<byte[]>([0xC8], 5000));
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(database.Path);
        Assert.True(folder.Problems.Count < 20);
        Assert.Equal("4991 more problems", folder.Problems[^1].Message);
    }

    /// <summary>Folders in place of files are as good as files that may not be read, for whoever runs the test.</summary>
    [Fact]
    public async Task Folders_where_files_should_be()
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
    public async Task Only_WALs()
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
    public async Task Only_an_archive()
    {
        using var database = new TempDatabase();
        database.WriteLog("archive/000007.log", TempDatabase.Puts(1, 2));
        Assert.Equal(["archive/000007.log"], NamesOf(await OpenAsync(database)));

        // The archive by itself is a folder of WALs like others.
        DatabaseFolder archive = await DatabaseFolder.OpenAsync(database.PathOf("archive"));
        Assert.Equal(["000007.log"], NamesOf(archive));
        Assert.Equal(database.Path, DatabaseFolder.DatabaseOf(database.PathOf("archive") + "/"));
        Assert.Equal(database.Path, DatabaseFolder.DatabaseOf(database.Path));
    }

    [Fact]
    public async Task An_empty_folder_and_none()
    {
        using var database = new TempDatabase();
        Assert.Empty((await OpenAsync(database)).Wals);
        await Assert.ThrowsAsync<DirectoryNotFoundException>(() => DatabaseFolder.OpenAsync(database.PathOf("none")));
    }

    /// <summary>Kvrocks keeps its database below the folder that it is configured with.</summary>
    [Fact]
    public async Task The_folder_above()
    {
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(TestFiles.Committed("kvrocks/types"));
        Assert.Equal("db", Path.GetFileName(folder.Path));
        Assert.Single(folder.Wals);
        Assert.NotNull(folder.Manifest);

        // But not where the folder itself holds a database.
        using var database = new TempDatabase();
        database.WriteLog("archive/000007.log", TempDatabase.Puts(1, 2));
        database.WriteLog("db/000009.log", TempDatabase.Puts(1, 2));
        Assert.Equal(["archive/000007.log"], NamesOf(await OpenAsync(database)));
    }

    [Theory]
    [InlineData(2, 1, "000007.log")]
    [InlineData(1, 2, "archive/000007.log")]
    [InlineData(1, 1, "archive/000007.log")]
    public async Task One_number_in_both_places(int live, int archived, string expected)
    {
        using var database = new TempDatabase();
        database.WriteLog("000007.log", TempDatabase.Puts(1, live));
        database.WriteLog("archive/000007.log", TempDatabase.Puts(1, archived));
        DatabaseFolder folder = await OpenAsync(database, "WalInTwoPlaces 000007.log");
        Assert.Equal([expected], NamesOf(folder));
        Assert.Contains(expected + " is read", folder.Problems[0].Message);
    }

    /// <summary>RocksDB knows of no archived copy.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public async Task Recovery_takes_the_one_in_the_folder(int live, int archived)
    {
        using var database = new TempDatabase();
        database.WriteLog("000007.log", Enumerable.Range(1, live).Select(i => TempDatabase.Puts((ulong)i, 1)));
        database.WriteLog("archive/000007.log", Enumerable.Range(1, archived).Select(i => TempDatabase.Puts((ulong)i, 1)));
        int records = 0;
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(database.Path));
        while (await reader.ReadAsync())
        {
            Assert.NotEqual(WalSetEntryKind.Problem, reader.Kind);
            Assert.Equal("000007.log", reader.File.Name);
            records += reader.Kind == WalSetEntryKind.Record ? 1 : 0;
        }

        Assert.Equal(live, records);
    }

    [Theory]
    [InlineData("4.log")]
    [InlineData("0000004.log")]
    [InlineData("4.log.gz")]
    public async Task One_number_under_two_names(string other)
    {
        using var database = new TempDatabase();
        database.WriteLog("000004.log", TempDatabase.Puts(1, 1));
        database.WriteLog(other, TempDatabase.Puts(1, 2));
        DatabaseFolder folder = await OpenAsync(database, "WalUnderTwoNames " + other);
        Assert.Equal(["000004.log"], NamesOf(folder));
        Assert.Equal($"{other}: is passed over: 000004.log is the same WAL by its number, and is read", folder.Problems[0].ToString());
    }

    /// <summary>To open a pipe is to wait for a writer.</summary>
    [SkippableFact]
    public async Task Named_pipes_are_not_opened()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Only there a pipe is told from a file.");
        using TempDatabase database = Types();
        MakePipe(database.PathOf("000099.log"));
        MakePipe(database.PathOf("OPTIONS-999999"));
        await EverythingAsync(new WalSet(await OpenAsync(database, "NoRegularFile 000099.log")));
        database.Delete("000099.log");

        // A link to a file is as good as the file.
        File.Move(database.PathOf("000010.log"), database.PathOf("elsewhere"));
        File.CreateSymbolicLink(database.PathOf("000010.log"), database.PathOf("elsewhere"));
        Assert.Equal(["000010.log"], NamesOf(await OpenAsync(database)));

        foreach ((string name, string problem) in new[] { (Manifest, "DanglingCurrent CURRENT"), ("CURRENT", "Unreadable CURRENT") })
        {
            byte[] content = File.ReadAllBytes(database.PathOf(name));
            database.Delete(name);
            MakePipe(database.PathOf(name));
            Assert.True(await IsRefusedAsync(await OpenAsync(database, problem)));
            database.Delete(name);
            database.Write(name, content);
        }

        static void MakePipe(string path)
        {
            using ChildProcess process = ChildProcess.Start("mkfifo", path);
            Assert.Equal(0, process.End().ExitCode);
        }
    }

    [Fact]
    public async Task Compressed_copies()
    {
        using var database = new TempDatabase();
        database.WriteLog("archive/000007.log", TempDatabase.Puts(1, 2));
        database.Write("000009.log.gz", Gzip(TempDatabase.LogOf([TempDatabase.Puts(3, 2)])));

        // A copy beside its original is passed over, and that is said.
        database.WriteLog("000011.log", TempDatabase.Puts(5, 2));
        database.Write("000011.log.gz", Gzip(TempDatabase.LogOf([TempDatabase.Puts(5, 2)])));
        DatabaseFolder folder = await OpenAsync(database, "WalUnderTwoNames 000011.log.gz");
        Assert.Equal(["archive/000007.log", "000009.log.gz", "000011.log"], NamesOf(folder));
        Assert.Empty(await EverythingAsync(new WalSet(folder)));
        SequenceMap map = await new WalSet(folder).MapSequencesAsync();
        Assert.Equal([(1UL, 2UL), (3, 4), (5, 6)], map.Files.Select(file => (file.First!.Value, file.Last!.Value)));
        Assert.Equal(0, map.BreakCount);
    }

    /// <summary>A running server archives and deletes WALs at any time.</summary>
    [Fact]
    public async Task WALs_that_move_or_go_after_the_listing()
    {
        using var database = new TempDatabase();
        database.WriteLog("000007.log", TempDatabase.Puts(1, 2));
        database.WriteLog("000008.log", TempDatabase.Puts(3, 2));
        database.WriteLog("000009.log", TempDatabase.Puts(5, 2));
        WalSet set = await WalSet.OpenAsync(database.Path);
        Directory.CreateDirectory(database.PathOf("archive"));
        File.Move(database.PathOf("000007.log"), database.PathOf("archive/000007.log"));
        database.Delete("000008.log");
        Assert.Equal(["Unreadable 000008.log", "Break gap: expected sequence number 3, found 5: 2 missing"], await EverythingAsync(set));

        await using WalUpdates updates = set.OpenIterator();
        await updates.SeekAsync(2);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal("000007.log", updates.Current.File.Name);
        Assert.True(await updates.MoveNextAsync());
        Assert.Equal((3UL, 5UL), (updates.Current.Break!.Expected, updates.Current.Break.Found));
        Assert.Equal(["Unreadable"], updates.Problems.Select(problem => problem.Kind.ToString()));
        Assert.False(await updates.MoveNextAsync());
    }

    [Fact]
    public async Task Tracked_WALs_that_are_missing_or_cut()
    {
        string tracked = TestFiles.Committed("rocksdb/tracked");

        // None of the fixture's WALs is still tracked: the live one was not synced yet. So an edit is added that says it was.
        using TempDatabase database = TempDatabase.CopyOf(tracked);
        string path = Path.Combine(database.Path, Path.GetFileName((await DatabaseFolder.OpenAsync(database.Path)).ManifestPath!));
        List<byte[]> edits = await TempDatabase.RecordsOfAsync(path);
        int size = (int)new FileInfo(database.PathOf("000016.log")).Length;
        database.WriteLog(Path.GetFileName(path), [.. edits, WalAddition(16, size)]);
        await OpenAsync(database);

        byte[] log = File.ReadAllBytes(database.PathOf("000016.log"));
        database.Write("000016.log", log[..^1]);
        DatabaseFolder folder = await OpenAsync(database, "WalShorterThanSynced 000016.log");
        Assert.Equal($"000016.log: has {size - 1} bytes; the MANIFEST says that {size} were synced", folder.Problems[0].ToString());
        Assert.True(await IsRefusedAsync(folder));

        database.Write("000016.log", [.. log, 0]);
        await OpenAsync(database);
        database.Delete("000016.log");
        folder = await OpenAsync(database, "MissingWal 000016.log", "MissingNewestWal 000016.log");
        Assert.Equal($"000016.log: is missing; the MANIFEST tracks it with {size} synced bytes", folder.Problems[0].ToString());
        Assert.True(await IsRefusedAsync(folder));

        // RocksDB looks only if it is told to.
        database.Write("OPTIONS-000099", "track_and_verify_wals_in_manifest=false\n"u8.ToArray());
        Assert.False(await IsRefusedAsync(await OpenAsync(database, "MissingWal 000016.log", "MissingNewestWal 000016.log")));

        // Tag 8199 is a WAL addition in its newer form, with a length; 2 is the synced size, 1 the end.
        static byte[] WalAddition(byte number, int size)
        {
            byte[] body = [number, 2, .. WalBytes.Varint((uint)size), 1];
            return [.. WalBytes.Varint(8199), (byte)body.Length, .. body];
        }
    }

    private static async Task<bool> IsRefusedAsync(DatabaseFolder folder)
    {
        await using RecoveryReader reader = RecoveryReader.Open(new WalSet(folder));
        while (await reader.ReadAsync())
        {
        }

        return reader.IsRefused;
    }

    private static async Task<List<string>> EverythingAsync(WalSet set)
    {
        List<string> story = [];
        await using WalSetReader reader = set.OpenReader();
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.Problem:
                    story.Add($"{reader.Problem.Kind} {reader.Problem.File}");
                    break;
                case WalSetEntryKind.Corruption:
                    story.Add($"Corruption {reader.Corruption}");
                    break;
                case WalSetEntryKind.Break:
                    story.Add($"Break {reader.Break}");
                    break;
            }
        }

        return story;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return output.ToArray();
    }
}
