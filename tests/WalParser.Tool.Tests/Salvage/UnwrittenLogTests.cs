using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Salvage;

/// <summary>Logs for which <c>salvage</c> writes nothing, and logs for which other commands do not advise it.</summary>
public class UnwrittenLogTests
{
    private const string Fixture = "kvrocks/types/db/000010.log";

    /// <summary>A log of nothing but zeros, alone and beside an empty one, in every view.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [InlineData(false, "--view", "recovery")]
    public async Task Zeros_are_a_loss(bool hasEmptyLog, params string[] more)
    {
        using var folder = new TempFolder();
        string zeros = folder.Write("in/000005.log", new byte[5000]);
        string[] paths = hasEmptyLog ? [zeros, folder.Write("in/000006.log", [])] : [zeros];
        ToolRun run = await ToolRun.Of(["salvage", .. paths, "--output", folder.PathOf("out"), .. more]);
        Assert.Equal((1, ""), (run.ExitCode, run.Error));
        Assert.Single(
            run.OutputLines,
            line => line.EndsWith("000005.log: contains nothing but zeros, 5000 bytes", StringComparison.Ordinal));
        Assert.Contains("\nnot written: 000005.log", run.Output);
        Assert.Contains("salvaged: 1 log of nothing but zeros\n", run.Output);
        Assert.Equal(
            hasEmptyLog ? [folder.PathOf("out/000006.log")] : [], Directory.EnumerateFileSystemEntries(folder.PathOf("out")));
        run = await ToolRun.Of(["salvage", zeros, "--dry-run", "--format", "json", .. more]);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(
            "contains nothing but zeros, 5000 bytes", run.Json.GetProperty("logs")[0].GetProperty("notWritten").GetString());
    }

    /// <summary>A log under a greater number is a note for every command, if a log between the two shows that RocksDB recycled it.</summary>
    [Theory]
    [InlineData("verify")]
    [InlineData("salvage", "--dry-run")]
    [InlineData("salvage", "--dry-run", "--view", "recovery")]
    public async Task A_log_under_a_greater_number_is_a_note(params string[] command)
    {
        using var folder = new TempFolder();
        string between = folder.Write("000029.log", TempDatabase.LogOf([TempDatabase.Puts(1000, 1)]));
        string path = folder.Write("000030.log", File.ReadAllBytes(TestFiles.Committed("reports/renamed/000003.log"))[..^7]);
        ToolRun run = await ToolRun.Of([.. command, between, path]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("000030.log: all records belong to log 23, from an earlier use of the file", run.Output);
    }

    [Fact]
    public async Task A_dangling_link_is_reported_once()
    {
        using var folder = new TempFolder();
        folder.Copy(Fixture, "db/000010.log");
        File.CreateSymbolicLink(folder.PathOf("db/000011.log"), "/nonexistent/000011.log");
        ToolRun run = await ToolRun.Of("salvage", folder.PathOf("db"), "--output", folder.PathOf("out"));
        Assert.Equal(2, run.ExitCode);
        Assert.EndsWith(
            "000011.log: is a link to /nonexistent/000011.log, which does not exist", Assert.Single(run.ErrorLines));
        Assert.Contains("1 could not be salvaged to the end\n", run.Output);
    }

    /// <summary>Of a log with a torn end, salvage writes what every command reads.</summary>
    [Fact]
    public async Task Salvage_is_not_advised_for_a_torn_end()
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(Fixture));
        ToolRun run = await ToolRun.Of(log[..^3], "verify", "-");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("truncated record body (", run.Output);
        Assert.DoesNotContain("next:", run.Output);
    }

    /// <summary>If a damaged length makes the rest of the log look torn, salvage finds records in it.</summary>
    [Fact]
    public async Task Salvage_is_advised_for_what_only_looks_torn()
    {
        byte[] log = await File.ReadAllBytesAsync(TestFiles.Committed(Fixture));
        int last = log.Length / 32768 * 32768;
        log[last + 5] ^= 0x80;
        ToolRun run = await ToolRun.Of(log, "verify", "-");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("truncated record body, but bytes like an intact record follow it (", run.Output);
        Assert.Contains("next: write what is readable to a clean log: 'walparser salvage'\n", run.Output);
    }
}
