using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inputs;

/// <summary>WALs that lie in another folder than their database: <c>wal_dir</c>, <c>--wal-dir</c> and <c>lost</c>.</summary>
public class WalFolderTests
{
    private static string Database => TestFiles.Committed("reports/wd2");

    private static string Wals => TestFiles.Committed("reports/wd2-wal");

    [Fact]
    public async Task Recovery_with_the_folder_of_the_WALs_is_that_of_RocksDB()
    {
        ToolRun run = await ToolRun.Of("dump", "--recovery", "--format", "jsonl", Database, "--wal-dir", Wals);
        Assert.Equal(6, run.OfKind("operation").Length);
        Assert.DoesNotContain("no MANIFEST", run.Error, StringComparison.Ordinal);

        // The folder beside it has the name that the OPTIONS file states.
        ToolRun found = await ToolRun.Of("dump", "--recovery", "--format", "jsonl", Database);
        JsonElement elsewhere = found.Findings.Single(finding => finding.GetProperty("finding").GetString() == "walsElsewhere");
        Assert.Equal(
            $"names wal_dir=/var/db/wd2-wal, which is not a folder here; the WALs are read from {Wals}",
            elsewhere.GetProperty("reason").GetString());
        Assert.Equal(
            run.OutputLines,
            found.OutputLines.Where(line => !line.Contains("\"walsElsewhere\"", StringComparison.Ordinal)));
    }

    /// <summary>The database is there; the folder of the WALs is not.</summary>
    [Theory]
    [InlineData("verify")]
    [InlineData("keys")]
    [InlineData("dump --follow --limit 1")]
    public async Task A_folder_of_WALs_that_is_none_is_named(string command)
    {
        using var folder = new TempFolder();
        string absent = folder.PathOf("absent");
        string file = folder.Write("file", [1]);
        foreach ((string path, string says) in new[] { (absent, "no such folder"), (file, "this is no folder") })
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), Database, "--wal-dir", path]);
            Assert.Equal((command, 2), (command, run.ExitCode));
            Assert.StartsWith(
                $"walparser: {path}: {says}; --wal-dir names the folder of the WALs of the database", Assert.Single(run.ErrorLines));
        }
    }

    [Theory]
    [InlineData("info")]
    [InlineData("salvage")]
    public async Task Commands_say_that_WALs_alone_cannot_tell_what_was_flushed(string command)
    {
        const string Says = "There is no MANIFEST with ";
        using var folder = new TempFolder();
        string[] output = command == "salvage" ? ["--output", folder.PathOf("out")] : [];
        ToolRun alone = await ToolRun.Of([command, Wals, .. output]);
        Assert.Single(alone.OutputLines, line => line.TrimStart().StartsWith(Says, StringComparison.Ordinal));
        output = command == "salvage" ? ["--output", folder.PathOf("other")] : [];
        ToolRun whole = await ToolRun.Of([command, TestFiles.Committed("rocksdb/families"), .. output]);
        Assert.DoesNotContain(Says, whole.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WALs_alone_cannot_tell_what_was_flushed()
    {
        ToolRun run = await ToolRun.Of("dump", "--recovery", "--format", "jsonl", Wals);
        Assert.Contains(
            "there is no MANIFEST, which says what is in table files already",
            run.Findings.Single(finding => finding.GetProperty("finding").GetString() == "noManifest").GetProperty("reason").GetString(),
            StringComparison.Ordinal);
        Assert.True(run.OfKind("operation").Length > 6);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("info")]
    [InlineData("dump")]
    [InlineData("gaps")]
    [InlineData("transactions")]
    [InlineData("keys")]
    [InlineData("commands")]
    public async Task Without_WALs_the_folder_that_the_OPTIONS_file_names_is_named(string command)
    {
        using var root = new TempFolder();
        foreach (string file in Directory.EnumerateFiles(Database))
        {
            root.Write("db/" + Path.GetFileName(file), File.ReadAllBytes(file));
        }

        ToolRun run = await ToolRun.Of(command, root.PathOf("db"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("wal_dir=/var/db/wd2-wal", run.Error, StringComparison.Ordinal);
        Assert.Contains("--wal-dir", run.Error, StringComparison.Ordinal);

        ToolRun with = await ToolRun.Of(command, root.PathOf("db"), "--wal-dir", Wals);
        Assert.NotEqual(2, with.ExitCode);
        Assert.DoesNotContain("no WAL found", with.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_WALs_is_for_one_database()
    {
        foreach (string[] paths in new[] { [Database, TestFiles.Committed("reports/ingest")], new[] { Wals + "/000010.log" } })
        {
            ToolRun run = await ToolRun.Of(["verify", .. paths, "--wal-dir", Wals]);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains("--wal-dir is the folder of the WALs of one DB folder", run.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Diff_takes_a_folder_for_each_side()
    {
        ToolRun run = await ToolRun.Of("diff", Database, Database, "--wal-dir", Wals, "--other-wal-dir", Wals);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task WALs_that_a_repair_has_moved_are_named_and_can_be_read()
    {
        using var root = new TempFolder();
        byte[] log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v")));
        root.Write("db/000009.log", log);
        root.Write("db/lost/000004.log", log);
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", root.PathOf("db"));
        Assert.Equal(["000009.log"], run.OfKind("file").Select(file => file.GetProperty("file").GetString()));
        Assert.Equal(0, run.ExitCode);
        JsonElement moved = run.Findings.Single(finding => finding.GetProperty("finding").GetString() == "lostWals");
        Assert.Equal("lost", moved.GetProperty("file").GetString());
        Assert.StartsWith(
            "contains WALs that RocksDB's repair has moved there: 000004.log; they are not read w",
            moved.GetProperty("reason").GetString(),
            StringComparison.Ordinal);
        ToolRun lost = await ToolRun.Of("dump", "--format", "jsonl", root.PathOf("db/lost"));
        Assert.Equal(["000004.log"], lost.OfKind("file").Select(file => file.GetProperty("file").GetString()));
    }

    [Fact]
    public async Task A_copy_that_is_too_large_is_a_loss()
    {
        using var root = new TempFolder();
        byte[] log = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v")));
        string path = root.Write("000001.log.gz", LogCopy.Make("gzip", [.. log, .. new byte[1 << 20]]).Bytes);
        foreach (string command in new[] { "verify", "info", "dump", "gaps" })
        {
            Assert.Equal(0, (await ToolRun.Of(command, path)).ExitCode);
            Assert.Equal(0, (await ToolRun.Of(command, path, "--max-copy-size", "2M")).ExitCode);
        }

        foreach (string command in new[] { "verify", "dump" })
        {
            ToolRun run = await ToolRun.Of(command, path, "--max-copy-size", "64K");
            Assert.Equal(1, run.ExitCode);
            Assert.Contains("larger than 65536 bytes", run.Output + run.Error, StringComparison.Ordinal);
        }

        ToolRun wrong = await ToolRun.Of("verify", path, "--max-copy-size", "none");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--max-copy-size takes a number of bytes", wrong.Error, StringComparison.Ordinal);
    }
}
