using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>The findings in the output of any command, in forms that can be compared.</summary>
internal static partial class FindingLines
{
    /// <summary>Returns the findings of JSON, as JSON, in ordinal order.</summary>
    public static string[] OfJson(ToolRun run) =>
        [.. run.Findings.Select(finding => finding.GetRawText()).Select(Compact).Order(StringComparer.Ordinal)];

    /// <summary>Returns the lines of text that the findings of a JSON document should have, in ordinal order.</summary>
    public static string[] Expected(ToolRun json) => [.. json.Findings.Select(TextOf).Order(StringComparer.Ordinal)];

    /// <summary>
    /// Returns the lines of a run that look like findings, without what the command puts before them and without the path of the folder, in
    /// ordinal order. The notes on single records of a recycled log's earlier use, which only <c>dump</c> shows, are left out.
    /// </summary>
    public static string[] OfText(ToolRun run, string folder) =>
    [
        .. run.OutputLines.Concat(run.ErrorLines)
            .Where(line => !line.Contains(": record of log ", StringComparison.Ordinal))
            .Select(line => Prefix().Replace(line, "").Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal))
            .Where(line => Start().IsMatch(line))
            .Order(StringComparer.Ordinal),
    ];

    private static string TextOf(JsonElement finding)
    {
        string file = finding.TryGetProperty("file", out JsonElement name) ? name.GetString()! : "";
        string offset = finding.TryGetProperty("offset", out JsonElement at) ? $"offset {at.GetInt64()}" : "";
        string place = string.Join(", ", new[] { file, offset }.Where(part => part.Length > 0));
        string detail = finding.TryGetProperty("detail", out JsonElement more) ? ", " + more.GetString() : "";
        string stale = finding.TryGetProperty("looksStale", out _) ? ", perhaps left over from the recycled log's earlier use" : "";
        long bytes = finding.GetProperty("bytes").GetInt64();
        string dropped = bytes == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({bytes} byte{(bytes == 1 ? "" : "s")} dropped)");
        return $"{place}{(place.Length > 0 ? ": " : "")}{finding.GetProperty("reason").GetString()}{detail}{stale}{dropped}";
    }

    private static string Compact(string json) => JsonSerializer.Serialize(JsonDocument.Parse(json).RootElement);

    [GeneratedRegex(@"^(! |walparser: )")]
    private static partial Regex Prefix();

    [GeneratedRegex(@"^(((archive/)?[0-9]+\.log|MANIFEST-[0-9]+|CURRENT)(, offset [0-9]+)?: |the logs end with |these logs begin )")]
    private static partial Regex Start();
}
