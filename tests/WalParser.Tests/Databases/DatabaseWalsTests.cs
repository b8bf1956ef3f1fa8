using System.IO.Compression;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Recovery;
using WalParser.Tests.Fixtures;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.WalSets;
using static WalParser.Tests.Databases.OpenedFolder;

namespace WalParser.Tests.Databases;

/// <summary>The WALs of folders: duplicates, compressed copies, pipes, and WALs that move or are missing.</summary>
public class DatabaseWalsTests
{
    private const string Manifest = "MANIFEST-000011";

    [Theory]
    [InlineData(2, 1, "000007.log")]
    [InlineData(1, 2, "archive/000007.log")]
    [InlineData(1, 1, "archive/000007.log")]
    public async Task A_WAL_in_the_folder_and_the_archive_is_read_once(int live, int archived, string expected)
    {
        using var database = new TempDatabase();
        database.WriteLog("000007.log", TempDatabase.Puts(1, live));
        database.WriteLog("archive/000007.log", TempDatabase.Puts(1, archived));
        DatabaseFolder folder = await OpenAsync(database, "WalInTwoPlaces 000007.log");
        Assert.Equal([expected], NamesOf(folder));
        Assert.Contains(expected + " is read", folder.Findings[0].Reason);
    }

    /// <summary>RocksDB does not consider an archived copy.</summary>
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    public async Task Recovery_reads_the_WAL_in_the_folder_and_not_its_archived_copy(int live, int archived)
    {
        using var database = new TempDatabase();
        database.WriteLog("000007.log", Enumerable.Range(1, live).Select(i => TempDatabase.Puts((ulong)i, 1)));
        database.WriteLog("archive/000007.log", Enumerable.Range(1, archived).Select(i => TempDatabase.Puts((ulong)i, 1)));
        int records = 0;
        await using RecoveryReader reader = RecoveryReader.Open(await WalSet.OpenAsync(database.Path));
        while (await reader.ReadAsync())
        {
            if (reader.Kind == WalSetEntryKind.DatabaseFinding)
            {
                Assert.Equal(FindingKind.NoManifest, reader.Finding.Kind);
                continue;
            }

            Assert.Equal("000007.log", reader.File.Name);
            records += reader.Kind == WalSetEntryKind.Record ? 1 : 0;
        }

        Assert.Equal(live, records);
    }

    [Theory]
    [InlineData("4.log")]
    [InlineData("0000004.log")]
    [InlineData("4.log.gz")]
    public async Task A_WAL_under_two_names_is_read_once(string other)
    {
        using var database = new TempDatabase();
        database.WriteLog("000004.log", TempDatabase.Puts(1, 1));
        database.WriteLog(other, TempDatabase.Puts(1, 2));
        DatabaseFolder folder = await OpenAsync(database, "WalUnderTwoNames " + other);
        Assert.Equal(["000004.log"], NamesOf(folder));
        Assert.Equal($"{other}: is skipped: 000004.log has the same log number and is read", folder.Findings[0].ToString());
    }

    /// <summary>An attempt to open a pipe would wait for a writer.</summary>
    [SkippableFact]
    public async Task Named_pipes_are_not_opened()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Pipes are distinguished from files only on Linux.");
        using TempDatabase database = Types();
        MakePipe(database.PathOf("000099.log"));
        MakePipe(database.PathOf("OPTIONS-999999"));
        await EverythingAsync(new WalSet(await OpenAsync(database, "NoRegularFile 000099.log")));
        database.Delete("000099.log");

        // A link to a file is read like the file.
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
    public async Task Compressed_copies_are_read()
    {
        using var database = new TempDatabase();
        database.WriteLog("archive/000007.log", TempDatabase.Puts(1, 2));
        database.Write("000009.log.gz", Gzip(TempDatabase.LogOf([TempDatabase.Puts(3, 2)])));

        // A copy beside its original is skipped, which is reported.
        database.WriteLog("000011.log", TempDatabase.Puts(5, 2));
        database.Write("000011.log.gz", Gzip(TempDatabase.LogOf([TempDatabase.Puts(5, 2)])));
        DatabaseFolder folder = await OpenAsync(database, "WalUnderTwoNames 000011.log.gz");
        Assert.Equal(["archive/000007.log", "000009.log.gz", "000011.log"], NamesOf(folder));
        Assert.Empty(await EverythingAsync(new WalSet(folder)));
        SetSequences map = await SetSequences.OfAsync(new WalSet(folder));
        Assert.Equal([(1UL, 2UL), (3, 4), (5, 6)], map.Files.Select(file => (file.First!.Value, file.Last!.Value)));
        Assert.Empty(map.SequenceFindings);
    }

    /// <summary>A running server archives and deletes WALs at any time.</summary>
    [Fact]
    public async Task WALs_that_are_archived_or_deleted_after_the_listing_are_found_or_reported()
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
        Assert.Equal((3UL, 5UL), (updates.Current.SequenceFinding!.Expected, updates.Current.SequenceFinding.Found));
        Assert.Equal(["Unreadable"], updates.Findings.Select(problem => problem.Kind.ToString()));
        Assert.False(await updates.MoveNextAsync());
    }

    [Fact]
    public async Task Tracked_WALs_that_are_missing_or_truncated_are_reported()
    {
        string tracked = TestFiles.Committed("rocksdb/tracked");

        // The MANIFEST of the fixture tracks no existing WAL, because the live WAL was not synced. The test adds an edit that tracks it.
        using TempDatabase database = TempDatabase.CopyOf(tracked);
        string path = Path.Combine(database.Path, Path.GetFileName((await DatabaseFolder.OpenAsync(database.Path)).ManifestPath!));
        List<byte[]> edits = await TempDatabase.RecordsOfAsync(path);
        int size = (int)new FileInfo(database.PathOf("000016.log")).Length;
        database.WriteLog(Path.GetFileName(path), [.. edits, WalAddition(16, size)]);
        await OpenAsync(database);

        byte[] log = File.ReadAllBytes(database.PathOf("000016.log"));
        database.Write("000016.log", log[..^1]);
        DatabaseFolder folder = await OpenAsync(database, "WalShorterThanSynced 000016.log");
        Assert.Equal($"000016.log: has {size - 1} bytes; the MANIFEST says that {size} were synced", folder.Findings[0].ToString());
        Assert.True(await IsRefusedAsync(folder));

        database.Write("000016.log", [.. log, 0]);
        await OpenAsync(database);
        database.Delete("000016.log");
        folder = await OpenAsync(database, "MissingWal 000016.log", "MissingNewestWal 000016.log");
        Assert.Equal($"000016.log: is missing; the MANIFEST tracks it with {size} synced bytes", folder.Findings[0].ToString());
        Assert.True(await IsRefusedAsync(folder));

        // RocksDB checks tracked WALs only if the option is set.
        database.Write("OPTIONS-000099", "track_and_verify_wals_in_manifest=false\n"u8.ToArray());
        Assert.False(await IsRefusedAsync(await OpenAsync(database, "MissingWal 000016.log", "MissingNewestWal 000016.log")));

        // Tag 8199 is the newer form of a WAL addition, with a length. Field 2 is the synced size, and field 1 is the end.
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
        List<string> entries = [];
        await using WalSetReader reader = set.OpenReader();
        while (await reader.ReadAsync())
        {
            switch (reader.Kind)
            {
                case WalSetEntryKind.DatabaseFinding:
                    entries.Add($"{reader.Finding.Kind} {reader.Finding.File}");
                    break;
                case WalSetEntryKind.LogFinding:
                    entries.Add($"Corruption {reader.Finding}");
                    break;
                case WalSetEntryKind.SequenceFinding:
                    entries.Add($"Break {reader.SequenceFinding.Reason}");
                    break;
            }
        }

        return entries;
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
