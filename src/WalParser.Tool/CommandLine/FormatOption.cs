using System.CommandLine;
using WalParser.Tool.Output;

namespace WalParser.Tool.CommandLine;

/// <summary>Creates the option <c>--format</c>.</summary>
internal static class FormatOption
{
    /// <summary>The name of the option.</summary>
    public const string Name = "--format";

    /// <summary>Creates the option of a command that offers some of the formats. The default is <see cref="OutputFormat.Text"/>.</summary>
    /// <param name="description">The help text.</param>
    /// <param name="formats">The formats that the command offers, in the order in which messages name them.</param>
    public static Option<OutputFormat> Create(string description, params OutputFormat[] formats)
    {
        string[] names = [.. formats.Select(format => format.ToString().ToLowerInvariant())];
        return new Option<OutputFormat>(Name, "-f")
        {
            Description = "The form of the output: " + description,
            HelpName = "FORMAT",
            CustomParser = result => OptionValue.ParseName(result, result.Tokens[^1].Value, names, formats),
        };
    }

    /// <summary>Creates the option of a command that writes a report: as text or as one JSON document.</summary>
    public static Option<OutputFormat> CreateForReport() =>
        Create(
            "text, for people, or json, one JSON document, in which column family names of more than 256 characters are cut. "
            + "[default: text]",
            OutputFormat.Text,
            OutputFormat.Json);
}
