using System.Text.Json;
using WalParser.Tests.Fixtures;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Salvage;

public class SalvageTests
{
    private const string Fixture = "kvrocks/types/db/000010.log";

    [Fact]
    public async Task A_good_log_loses_nothing()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("salvage", TestFiles.Committed(Fixture), "--output", Path.Combine(folder.Path, "out"));
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.EndsWith("salvaged: nothing lost\n", run.Output);
        Assert.Equal(File.ReadAllBytes(TestFiles.Committed(Fixture)), File.ReadAllBytes(Path.Combine(folder.Path, "out/000010.log")));
    }

    [Fact]
    public async Task What_is_lost_is_told()
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
        Assert.InRange(40_000, loss.GetProperty("offset").GetInt64(), loss.GetProperty("offset").GetInt64() + loss.GetProperty("bytes").GetInt64());
        Assert.True(salvaged.GetProperty("recoveredRecords").GetInt64() > 0);

        ToolRun text = await ToolRun.Of("salvage", path, "--output", Path.Combine(folder.Path, "text"));
        Assert.Equal(1, text.ExitCode);
        Assert.Contains(": checksum mismatch (", text.Output);
        ToolRun verified = await ToolRun.Of("verify", Path.Combine(folder.Path, "text"));
        Assert.Equal(0, verified.ExitCode);
        Assert.Equal(log, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task Stale_records_are_written_when_asked_for()
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
    public async Task What_cannot_be_done_is_said(string message, params string[] more)
    {
        using var folder = new TempFolder();
        string path = folder.Copy(Fixture, "000010.log");
        ToolRun run = await ToolRun.Of(["salvage", path, "--output", folder.Path, .. more]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(folder.Path));
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
