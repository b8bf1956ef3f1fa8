using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary>Logs that declare no timestamp sizes are split by the comparators in the MANIFEST, which a note says.</summary>
public sealed class UndeclaredTimestampTests
{
    private const string Note = "walparser: 000004.log, offset 0: declares no timestamp size for column family 0; ";

    [Theory]
    [InlineData("reports/udt", "")]
    [InlineData("reports/udt/000004.log", "")]
    [InlineData("reports/udt", "--committed")]
    [InlineData("reports/udt", "--recovery")]
    public async Task Keys_and_timestamps_are_separate(string path, string option)
    {
        string[] options = option.Length == 0 ? [] : [option];
        ToolRun run = await ToolRun.Of(["dump", TestFiles.Committed(path), "--format", "jsonl", .. options]);
        JsonElement first = run.OfKind("operation")[0];
        Assert.Equal("account-1", System.Text.Encoding.UTF8.GetString(Convert.FromHexString(first.GetProperty("key").GetString()!)));
        Assert.Equal("01f1536500000000", first.GetProperty("timestamp").GetString());
        Assert.StartsWith(Note, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }
}
