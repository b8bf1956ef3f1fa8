using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary>Logs that declare no timestamp sizes are split by the comparators in the MANIFEST, which a note says.</summary>
public sealed class UndeclaredTimestampTests
{
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
        JsonElement note = Assert.Single(run.OfKind("finding"));
        Assert.Equal(
            ("timestampsNotDeclared", "note", "000004.log"),
            (note.GetProperty("finding").GetString(), note.GetProperty("severity").GetString(), note.GetProperty("file").GetString()));
        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }
}
