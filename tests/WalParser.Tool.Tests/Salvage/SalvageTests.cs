using System.Text.Json;
using WalParser.TestSupport.Files;
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
        Assert.EndsWith("salvaged: nothing lost\n", run.Output);
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
            ((string[])["recordBytes", "lostBytes", "staleBytes", "otherBytes"]).Sum(name => salvaged.GetProperty(name).GetInt64()));

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
        Assert.EndsWith("salvaged: nothing lost\n", run.Output);
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
        Assert.EndsWith(" salvaged: at least one log missing; 1 gap between logs\n", run.Output);
        run = await ToolRun.Of("salvage", logs, "--output", Path.Combine(folder.Path, "json"), "--format", "json");
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("missingWal", run.Json.GetProperty("problems").EnumerateArray().Single().GetProperty("kind").GetString());
        JsonElement gap = run.Json.GetProperty("breaks").EnumerateArray().Single();
        Assert.Equal(("gap", "000010.log"), (gap.GetProperty("kind").GetString(), gap.GetProperty("file").GetString()));
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
}
