using System.Text;
using System.Text.Json;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>The exit code and the output of a run of the tool.</summary>
internal sealed record ToolRun(int ExitCode, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output as JSON lines.</summary>
    public JsonElement[] JsonLines => [.. OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];

    /// <summary>The output as one JSON document.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>The findings: the array of a JSON document, or the lines of JSON lines.</summary>
    public JsonElement[] Findings =>
        IsDocument ? [.. Json.GetProperty("findings").EnumerateArray()] : OfKind("finding");

    /// <summary>The findings that are more serious than notes.</summary>
    public JsonElement[] SeriousFindings => [.. Findings.Where(finding => !IsNote(finding))];

    /// <summary>The reasons of the findings that are more serious than notes.</summary>
    public string[] SeriousReasons => [.. SeriousFindings.Select(finding => finding.GetProperty("reason").GetString()!)];

    /// <summary>The kinds of the findings that are more serious than notes.</summary>
    public string[] SeriousKinds => [.. SeriousFindings.Select(finding => finding.GetProperty("finding").GetString()!)];

    /// <summary>The kinds of the notes.</summary>
    public string[] NoteKinds => [.. Findings.Where(IsNote).Select(finding => finding.GetProperty("finding").GetString()!)];

    private bool IsDocument => Output.StartsWith("{\n", StringComparison.Ordinal);

    /// <summary>The JSON lines of a kind.</summary>
    public JsonElement[] OfKind(string kind) => [.. JsonLines.Where(line => line.GetProperty("kind").GetString() == kind)];

    private static bool IsNote(JsonElement finding) => finding.GetProperty("severity").GetString() == "note";

    /// <summary>Runs the tool in this process, with an empty standard input.</summary>
    public static Task<ToolRun> Of(params string[] args) => Of([], args);

    /// <summary>Runs the tool in this process, with redirected input and output.</summary>
    public static Task<ToolRun> Of(byte[] input, params string[] args) =>
        On((stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr), input, args);

    /// <summary>Runs the tool in this process on a terminal of the given width.</summary>
    public static Task<ToolRun> OnTerminal(int width, bool usesColour, params string[] args) => On(
        (stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr)
        {
            OutputIsTerminal = true,
            ErrorIsTerminal = true,
            UsesColour = usesColour,
            Width = width,
        },
        [],
        args);

    /// <summary>Runs the tool in this process on the console that <paramref name="console"/> returns.</summary>
    public static async Task<ToolRun> On(Func<Stream, Stream, TextWriter, ToolConsole> console, byte[] input, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        int exitCode = await WalParserCommand.RunAsync(args, console(new MemoryStream(input), output, error));
        return new ToolRun(exitCode, new UTF8Encoding(false, true).GetString(output.ToArray()), error.ToString());
    }
}
