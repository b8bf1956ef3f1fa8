using System.CommandLine;
using WalParser.Tool.CommandLine;

namespace WalParser.Tool.Survey;

/// <summary>The option that says in which format a report is written.</summary>
internal static class ReportFormats
{
    private static readonly string[] Names = ["text", "json"];

    /// <summary>The option, for one command.</summary>
    public static Option<ReportFormat> Option() => new("--format")
    {
        Description = "text, for people, or json, one JSON document. [default: text]",
        HelpName = "FORMAT",
        CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, Names, Enum.GetValues<ReportFormat>()),
    };
}
