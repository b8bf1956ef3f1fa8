namespace WalParser.Tool.Tests.Fixtures;

/// <summary>Runs all commands that read logs on the same input, and compares the findings that they name.</summary>
internal static class EveryCommand
{
    private const string History = "history somekey";

    // Commands that show the findings in a JSON document or in JSON lines.
    private static readonly string[] JsonCommands =
    [
        "info --format json",
        "gaps --format json",
        "dump --format jsonl",
        "transactions --format jsonl",
        "salvage --dry-run --format json",
    ];

    // Commands that show the findings as text, in their output or on standard error.
    private static readonly string[] TextCommands =
        ["verify", "info", "gaps", "dump", "dump --format csv", "transactions", "salvage --dry-run"];

    // Commands that read what Kvrocks stores, and name the findings on standard error, or those about sequence numbers among the changes.
    // They can have a finding of their own.
    private static readonly string[] KvrocksCommands = ["keys", "commands", History];

    /// <summary>
    /// Returns the run of <c>verify --format json</c>, after a check that all commands name the same findings and have the same exit code.
    /// </summary>
    /// <param name="path">The folder or the log.</param>
    /// <param name="options">Options that all commands have.</param>
    public static async Task<ToolRun> VerifyAsync(string path, params string[] options)
    {
        List<string> differences = await DifferencesIn(path, options);
        Assert.True(differences.Count == 0, string.Join('\n', differences));
        return await ToolRun.Of(["verify", "--format", "json", path, .. options]);
    }

    /// <summary>Returns how the commands differ from <c>verify</c>.</summary>
    /// <param name="path">The folder or the log.</param>
    /// <param name="options">Options that all commands have.</param>
    public static async Task<List<string>> DifferencesIn(string path, params string[] options)
    {
        List<string> differences = [];
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path)!;
        ToolRun verify = await ToolRun.Of(["verify", "--format", "json", path, .. options]);
        string[] findings = FindingLines.OfJson(verify);
        string[] text = FindingLines.Expected(verify);
        foreach (string command in JsonCommands)
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), path, .. options]);
            Compare(command, findings, FindingLines.OfJson(run), verify.ExitCode, run.ExitCode);
        }

        foreach (string command in TextCommands)
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), path, .. options]);
            Compare(command, text, FindingLines.OfText(run, folder), verify.ExitCode, run.ExitCode);
        }

        foreach (string command in KvrocksCommands)
        {
            ToolRun run = await ToolRun.Of([.. command.Split(' '), path, .. options]);
            string[] named = FindingLines.OfText(command == History ? run : run with { Output = "" }, folder);
            Compare(command, text, named, verify.ExitCode, Math.Min(run.ExitCode, verify.ExitCode));
        }

        return differences;

        void Compare(string command, string[] expected, string[] found, int expectedCode, int code)
        {
            differences.AddRange(Without(expected, found).Select(finding => $"{command} lacks {finding}"));
            differences.AddRange(Without(found, expected).Select(finding => $"{command} has {finding}"));
            if (code != expectedCode)
            {
                differences.Add($"{command} has the exit code {code}, verify {expectedCode}");
            }
        }
    }

    /// <summary>Returns the findings without others, each as often as it occurs more often.</summary>
    private static IEnumerable<string> Without(string[] findings, string[] others) =>
        findings.CountBy(finding => finding)
            .SelectMany(finding =>
                Enumerable.Repeat(finding.Key, Math.Max(0, finding.Value - others.Count(other => other == finding.Key))));
}
