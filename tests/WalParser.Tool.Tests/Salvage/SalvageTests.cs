using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Salvage;

public class SalvageTests
{
    private const string Fixture = "kvrocks/types/db/000010.log";

    [Fact]
    public async Task An_intact_log_has_no_losses()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed(Fixture), "--output", Path.Combine(folder.Path, "out"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("salvaged: nothing lost\n", run.Output);
        Assert.Equal(File.ReadAllBytes(TestFiles.Committed(Fixture)), File.ReadAllBytes(Path.Combine(folder.Path, "out/000010.log")));
    }

    [Fact]
    public async Task Losses_are_reported()
    {
        using var folder = new TempFolder();
        byte[] log = File.ReadAllBytes(TestFiles.Committed(Fixture));
        log[40_000] ^= 1;
        string path = folder.Write("db/000010.log", log);
        ToolRun run = await ToolRun.Of("salvage", path, "--output", Path.Combine(folder.Path, "json"), "--format", "json");
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        JsonElement salvaged = run.Json.GetProperty("logs").EnumerateArray().Single();
        JsonElement loss = salvaged.GetProperty("losses").EnumerateArray().Single();
        Assert.Equal("checksum mismatch", loss.GetProperty("reason").GetString());
        Assert.InRange(
            40_000, loss.GetProperty("offset").GetInt64(), loss.GetProperty("offset").GetInt64() + loss.GetProperty("bytes").GetInt64());
        Assert.True(salvaged.GetProperty("recoveredRecords").GetInt64() > 0);
        Assert.Equal(0, salvaged.GetProperty("doubtfulRecords").GetInt64());
        Assert.Equal(log.Length, salvaged.GetProperty("size").GetInt64());
        Assert.Equal(
            log.Length,
            ((string[])["recordBytes", "lostBytes", "leftOutBytes", "staleBytes", "otherBytes"])
                .Sum(name => salvaged.GetProperty(name).GetInt64()));

        ToolRun text = await ToolRun.Of("salvage", path, "--output", Path.Combine(folder.Path, "text"));
        Assert.Equal(1, text.ExitCode);
        Assert.Contains(": checksum mismatch (", text.Output);
        ToolRun verified = await ToolRun.Of("verify", Path.Combine(folder.Path, "text"));
        Assert.Equal(0, verified.ExitCode);
        Assert.Equal(log, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task Stale_records_are_written_on_request()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of(
            "salvage", TestFiles.Committed("rocksdb/recycled/000016.log"), "--output", folder.Path, "--stale", "--format", "json");
        Assert.Equal(0, run.ExitCode);
        JsonElement stale = run.Json.GetProperty("logs").EnumerateArray().Single().GetProperty("stale").EnumerateArray().Single();
        Assert.True(File.Exists(stale.GetProperty("output").GetString()));
    }

    [Theory]
    [InlineData("--mode is for --view recovery", "--mode", "absolute")]
    [InlineData("--stale is not for --view recovery", "--stale", "--view", "recovery")]
    [InlineData("is a folder that is read from")]
    public async Task Invalid_usage_is_reported(string message, params string[] more)
    {
        using var folder = new TempFolder();
        string path = folder.Copy(Fixture, "000010.log");
        ToolRun run = await ToolRun.Of(["salvage", path, "--output", folder.Path, .. more]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Path));
    }

    /// <summary>
    /// An output folder inside a given folder is refused. Beside a single log it is allowed, unless the log belongs to a database.
    /// </summary>
    [Fact]
    public async Task Nothing_is_written_inside_a_source()
    {
        using var folder = new TempFolder();
        string log = folder.Copy(Fixture, "logs/000010.log");
        string output = Path.Combine(folder.Path, "logs", "salvaged");
        ToolRun run = await ToolRun.Of("salvage", Path.Combine(folder.Path, "logs"), "--output", output);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("choose a folder outside of it", Assert.Single(run.ErrorLines));
        Assert.False(Path.Exists(output));
        Assert.Equal(0, (await ToolRun.Of("salvage", log, "--output", output)).ExitCode);
        Directory.Delete(output, recursive: true);
        folder.Write("logs/CURRENT", "MANIFEST-000001\n"u8.ToArray());
        Assert.Equal(2, (await ToolRun.Of("salvage", log, "--output", output)).ExitCode);
        Assert.False(Path.Exists(output));
    }

    [Fact]
    public async Task Existing_files_are_not_overwritten()
    {
        using var folder = new TempFolder();
        string log = folder.Copy(Fixture, "db/000010.log");
        string there = folder.Write("out/000010.log", "there"u8.ToArray());
        ToolRun run = await ToolRun.Of("salvage", log, "--output", Path.Combine(folder.Path, "out"));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"walparser: 000010.log: {there} already exists; existing files are not overwritten", Assert.Single(run.ErrorLines));
        Assert.EndsWith(" 0 records salvaged: 1 could not be salvaged to the end\n", run.Output);
        Assert.Equal([there], Directory.EnumerateFileSystemEntries(Path.Combine(folder.Path, "out")));
        Assert.Equal("there"u8, File.ReadAllBytes(there));
    }

    /// <summary>The log itself, and an earlier log in the same file.</summary>
    [Theory]
    [InlineData("000016.log.unfinished", "--view", "everything")]
    [InlineData("000016.log.unfinished", "--view", "recovery")]
    [InlineData("stale-of-000016/000008.log.unfinished", "--stale")]
    public async Task An_unfinished_file_of_a_killed_run_is_reported(string name, params string[] more)
    {
        using var folder = new TempFolder();
        string log = folder.Copy("rocksdb/recycled/000016.log", "000016.log");
        string left = folder.Write("out/" + name, "left"u8.ToArray());
        ToolRun run = await ToolRun.Of(["salvage", log, "--output", Path.Combine(folder.Path, "out"), .. more]);
        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith($"walparser: 000016.log: {left} was left by a run that was killed", Assert.Single(run.ErrorLines));
        Assert.Contains("; delete it and run again", run.Error);
        Assert.Equal("left"u8, File.ReadAllBytes(left));
    }

    [Fact]
    public async Task The_name_of_the_output_folder_must_not_be_empty()
    {
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed(Fixture), "--output", "");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Equal("walparser: --output takes a folder, not ''; see 'walparser salvage --help'", Assert.Single(run.ErrorLines));
    }

    /// <summary>The exit code for damage without losses that the help describes.</summary>
    [Fact]
    public async Task A_missing_CURRENT_is_damage_with_nothing_lost()
    {
        using var folder = new TempFolder();
        folder.Copy(Fixture, "db/000010.log");
        folder.Write(
            "db/MANIFEST-000005", File.ReadAllBytes(Directory.GetFiles(TestFiles.Committed("kvrocks/types/db"), "MANIFEST-*").Single()));
        ToolRun run = await ToolRun.Of("salvage", Path.Combine(folder.Path, "db"), "--output", Path.Combine(folder.Path, "out"));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("salvaged: nothing lost\n", run.Output);
        Assert.Contains("CURRENT: does not exist", run.Output);
    }

    /// <summary>A missing log is reported in both formats, and is damage.</summary>
    [Fact]
    public async Task A_missing_log_is_reported()
    {
        using var folder = new TempFolder();
        foreach (string name in (string[])["000004", "000010"])
        {
            folder.Copy($"rocksdb/predecessor/archive/{name}.log", $"logs/{name}.log");
        }

        string logs = Path.Combine(folder.Path, "logs");
        ToolRun run = await ToolRun.Of("salvage", logs, "--output", Path.Combine(folder.Path, "text"));
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("000010.log: its predecessor is missing: log 8", run.Output);
        Assert.Contains("000010.log, offset 31: gap: ", run.Output);
        Assert.Contains(" salvaged: at least one log missing; 1 hole in the sequence numbers\n", run.Output);
        run = await ToolRun.Of("salvage", logs, "--output", Path.Combine(folder.Path, "json"), "--format", "json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["missingWal", "sequenceGap"], run.SeriousKinds.Order());
        JsonElement gap = run.SeriousFindings.Single(finding => finding.GetProperty("finding").GetString() == "sequenceGap");
        Assert.Equal("000010.log", gap.GetProperty("file").GetString());
        Assert.Equal(gap.GetProperty("found").GetInt64() - gap.GetProperty("expected").GetInt64(), gap.GetProperty("missing").GetInt64());
    }

    /// <summary>A log that is not replayed because it is not needed is not damage.</summary>
    [Fact]
    public async Task An_intact_database_is_clean_in_the_recovery_view()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed("kvrocks/rotated"), "--output", folder.Path, "--view", "recovery");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("archive/000010.log: is not replayed", run.Output);
    }

    /// <summary>No line of the report is wider than the terminal, and all of its numbers are shown.</summary>
    [Theory]
    [InlineData(60)]
    [InlineData(130)]
    public async Task The_report_fits_the_terminal(int width)
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.OnTerminal(
            width, false, "salvage", TestFiles.Committed("hostile/one-bit-hangs-rocksdb-10.log"), "--log-number", "10", "--output",
            Path.Combine(folder.Path, "out"));
        Assert.All(run.OutputLines, line => Assert.InRange(line.Length, 1, width));
        Assert.All((string[])["40,000", "33,051", "6,949", "After damage"], text => Assert.Contains(text, run.Output));
    }

    [Fact]
    public async Task The_recovery_view_is_written()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of(
            "salvage", TestFiles.Committed("kvrocks/types"), "--output", folder.Path, "--view", "recovery", "--mode", "absolute");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.True(File.Exists(Path.Combine(folder.Path, "000010.log")));
    }

    /// <summary>A log whose name is no number is salvaged under its name, and the report says that RocksDB needs a number.</summary>
    [Fact]
    public async Task A_log_without_a_number_keeps_its_name()
    {
        using var folder = new TempFolder();
        string log = folder.Copy(Fixture, "crash.bin");
        string output = Path.Combine(folder.Path, "out");
        ToolRun run = await ToolRun.Of("salvage", log, "--output", output);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(File.ReadAllBytes(log), File.ReadAllBytes(Path.Combine(output, "crash.bin")));
        Assert.Contains("rename the other ones", run.Output);
    }

    /// <summary>The folder of a Kvrocks server is given, and its logs lie in <c>db</c>: nothing is written to it.</summary>
    [Theory]
    [InlineData("kv")]
    [InlineData("kv/archive")]
    [InlineData("kv/below")]
    [InlineData("link")]
    public async Task Nothing_is_written_into_the_folder_that_was_given(string output)
    {
        using var folder = new TempFolder();
        folder.Copy(Fixture, "kv/db/000010.log");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "link"), Path.Combine(folder.Path, "kv"));
        ToolRun run = await ToolRun.Of(
            "salvage", Path.Combine(folder.Path, "kv"), "--output", Path.Combine(folder.Path, output));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("; choose ", run.Error);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder.Path, "kv"), "*", SearchOption.AllDirectories));
    }

    /// <summary>The same through bind mounts, which only the device and the inode of a folder show.</summary>
    [SkippableTheory]
    [InlineData("kv", "", "kv/db")]
    [InlineData("kv", "/archive", "kv/db/000010.log")]
    [InlineData("kv/db", "", "kv")]
    [InlineData("kv/db", "/below", "kv")]
    [InlineData("kv/db/archive", "", "kv/db/000010.log")]
    public async Task Nothing_is_written_behind_a_bind_mount(string mounted, string below, string given)
    {
        const string Script = "mount --bind \"$1\" \"$2\" && shift 2 && exec \"$@\"";
        Skip.IfNot(SystemProgram.IsInstalled("unshare"), "The system has no unshare, or is not Linux.");
        Skip.IfNot((await ChildProcess.RunAsync("unshare", "-rm", "true")).ExitCode == 0, "The system does not allow mounts.");
        using var folder = new TempFolder();
        folder.Copy(Fixture, "kv/db/000010.log");
        Directory.CreateDirectory(Path.Combine(folder.Path, "kv/db/archive"));
        Directory.CreateDirectory(Path.Combine(folder.Path, "mount"));
        string mount = Path.Combine(folder.Path, "mount");
        ChildResult result = await ChildProcess.RunAsync(
            "unshare", "-rm", "sh", "-c", Script, "sh", Path.Combine(folder.Path, mounted), mount,
            "dotnet", ToolProcess.Assembly, "salvage", Path.Combine(folder.Path, given), "--output", mount + below);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("; choose ", result.Error);
        Assert.Single(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    /// <summary>A log under the number of another log: the report says which number to give, and with it everything is salvaged.</summary>
    [Fact]
    public async Task A_log_under_another_number_is_named()
    {
        using var folder = new TempFolder();
        string log = folder.Copy("reports/renamed/000003.log", "in/000003.log");
        string output = Path.Combine(folder.Path, "out");
        ToolRun run = await ToolRun.Of("salvage", log, "--output", output);
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains("000003.log: all records belong to log 23; give --log-number 23", run.Output);
        Assert.Contains("salvaged: 1 loss of 344 bytes; 1 log under the number of another log\n", run.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(output));
        run = await ToolRun.Of("salvage", log, "--log-number", "23", "--output", output);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("8 records salvaged: nothing lost", run.Output);
        Assert.True(File.Exists(Path.Combine(output, "000023.log")));
    }

    /// <summary>A record is brought back whose header has a damaged log number; the exit code says that there is damage.</summary>
    [Theory]
    [InlineData("reports/log-number-middle/000020.log", "offset 61", 3)]
    [InlineData("reports/log-number-kvrocks/db/000020.log", "offset 108", 6)]
    public async Task A_damaged_log_number_is_reported(string fixture, string place, int records)
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed(fixture), "--output", Path.Combine(folder.Path, "out"));
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains($"000020.log, {place}: log number damaged: the fragment belongs to this log, it is read with", run.Output);
        Assert.Contains($" {records} records salvaged: nothing lost; 1 fragment with a damaged header read\n", run.Output);
        run = await ToolRun.Of("salvage", TestFiles.Committed(fixture), "--dry-run", "--format", "json");
        JsonElement salvaged = run.Json.GetProperty("logs")[0];
        Assert.Equal((1, 1), (run.ExitCode, salvaged.GetProperty("mended").GetArrayLength()));
        Assert.Equal((records, 1), (salvaged.GetProperty("records").GetInt32(), salvaged.GetProperty("recoveredRecords").GetInt32()));
    }

    /// <summary>
    /// Records that set the numbers back are not lost, but in a log of their own; records that repeat others are only counted.
    /// </summary>
    [Theory]
    [InlineData("reports/seq-backwards-inside", 1, "sequence number 3 is set back: the records before it end at 5", true)]
    [InlineData("recovery/01b-sequence-set-back-between-logs/db", 1, "sequence number 2 is set back: the records before it end at 3", true)]
    [InlineData("recovery/01-sequence-set-back/db", 1, "repeats a record before it", false)]
    [InlineData("recovery/03-reversed-delete-range/db", 1, "end key comes before start key", true)]
    public async Task Records_that_RocksDB_refuses_are_left_out(string name, int exitCode, string reason, bool isWritten)
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed(name), "--output", folder.Path);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Error));
        Assert.Contains(reason, run.Output);
        Assert.Equal(isWritten, Directory.EnumerateDirectories(folder.Path, "left-out-of-*").Any());
    }

    /// <summary>The keys next to a hole, in both formats.</summary>
    [Fact]
    public async Task Keys_next_to_a_hole_are_shown()
    {
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed("reports/zero-page"), "--dry-run");
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Contains(
            """
            hole: sequence numbers 17 to 24 are missing (8; 48 are missing without the search)
              before: sequence number 16 in 000010.log, offset 7680; last key 'user:0015' of column family 0
              after: sequence number 25 in 000010.log, offset 12288; first key 'user:0024' of column family 0

            """,
            run.Output);
        run = await ToolRun.Of("salvage", TestFiles.Committed("reports/zero-page"), "--dry-run", "--format", "json");
        JsonElement hole = run.Json.GetProperty("holes").EnumerateArray().Single();
        Assert.Equal(8, hole.GetProperty("missing").GetInt32());
        Assert.Equal("user:0015", hole.GetProperty("before").GetProperty("key").GetString());
        Assert.Equal("user:0024", hole.GetProperty("after").GetProperty("key").GetString());
    }

    /// <summary>The report says what to do with the output. A dry run has no output, and writes nothing.</summary>
    [Fact]
    public async Task The_next_steps_are_shown()
    {
        using var folder = new TempFolder();
        string output = Path.Combine(folder.Path, "it's here");
        string database = TestFiles.Committed("kvrocks/types/db");
        ToolRun run = await ToolRun.Of("salvage", database, "--output", output);
        string quoted = $"'{output.Replace("'", "'\\''", StringComparison.Ordinal)}'";
        Assert.Contains($"walparser verify {quoted}\n", run.Output);
        Assert.Contains($"walparser replay {quoted} --to redis://HOST:PORT ", run.Output);
        Assert.Contains("open the copy\n", run.Output);
        Assert.Equal(0, (await ToolRun.Of("verify", output)).ExitCode);
        Directory.Delete(output, recursive: true);
        run = await ToolRun.Of("salvage", database, "--dry-run");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.EndsWith("can be salvaged: nothing lost\n", run.Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    /// <summary>
    /// Other commands cannot see what is missing inside a log that was salvaged: the report says so, and they say what it may be.
    /// </summary>
    [Fact]
    public async Task What_other_commands_say_about_a_hole_is_told()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed("reports/zero-page"), "--output", folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("Other commands see a hole inside one of these logs only as a gap", run.Output);
        run = await ToolRun.Of("verify", folder.Path);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("or the log was written by a salvage, whose report names the holes; or they come later, out of order\n", run.Output);
    }

    [Fact]
    public async Task Without_a_folder_only_a_dry_run_is_possible()
    {
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed(Fixture));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("salvage needs --output FOLDER, or --dry-run", run.Error);
    }
}
