using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inputs;

/// <summary>The one rule for the names of files: the name in the database or, if several databases are read, the path.</summary>
public sealed class FileNameTests
{
    private static readonly string Missing = TestFiles.Committed("reports/track-none");
    private static readonly string Other = TestFiles.Committed("reports/zero-page");

    private static readonly string[] TextCommands = ["verify", "info", "gaps", "dump", "dump --format csv", "transactions"];
    private static readonly string[] JsonCommands =
        ["verify --format json", "info --format json", "gaps --format json", "dump --format jsonl", "transactions --format jsonl"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_commands_name_a_file_alike(bool withOther)
    {
        string[] paths = withOther ? [Missing, Other] : [Missing];
        string name = withOther ? Missing + "/000004.log" : "000004.log";
        string[] others = withOther ? [] : ["keys", "commands", "history k"];
        foreach (string command in TextCommands.Concat(others))
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), .. paths]);
            string line = Assert.Single(
                run.OutputLines.Concat(run.ErrorLines),
                line => line.Contains("000004.log: is missing", StringComparison.Ordinal));
            Assert.Equal(
                (command, name),
                (command, line[..line.IndexOf(": is missing", StringComparison.Ordinal)].Replace("walparser: ", "").Replace("! ", "")));
        }

        foreach (string command in JsonCommands)
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), .. paths]);
            Assert.Single(run.SeriousFindings, finding =>
                finding.GetProperty("finding").GetString() == "missingWal" && finding.GetProperty("file").GetString() == name);
        }
    }

    [Fact]
    public async Task Files_of_several_databases_are_distinguished()
    {
        using var folder = new TempDatabase();
        foreach (string database in new[] { "one", "two" })
        {
            folder.WriteLog(database + "/000004.log", TempDatabase.Puts(1, 1), TempDatabase.Puts(5, 1));
            folder.Flip(database + "/000004.log", 12);
        }

        string[] paths = [folder.PathOf("one"), folder.PathOf("two")];
        string[] logs = [.. paths.Select(path => path + "/000004.log")];
        foreach (string command in JsonCommands)
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), .. paths]);
            Assert.Equal(logs, run.SeriousFindings.Select(finding => finding.GetProperty("file").GetString()).Distinct().Order());
        }

        JsonElement verify = (await ToolRun.Of(["verify", "--format", "json", .. paths])).Json;
        Assert.Equal(logs, verify.GetProperty("files").EnumerateArray().Select(file => file.GetProperty("file").GetString()));
    }

    /// <summary>The folder is named once, not within itself.</summary>
    [Fact]
    public async Task A_folder_is_named_once()
    {
        string wals = TestFiles.Committed("reports/wd2-wal");
        ToolRun run = await ToolRun.Of("dump", "--recovery", wals);
        Assert.Single(run.ErrorLines, line => line.StartsWith($"walparser: {wals}: there is no MANIFEST", StringComparison.Ordinal));
    }
}
