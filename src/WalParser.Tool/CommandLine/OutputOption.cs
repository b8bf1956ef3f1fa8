using System.CommandLine;
using WalParser.Tool.Output;

namespace WalParser.Tool.CommandLine;

/// <summary>The option <c>--output</c> of commands that write to standard output.</summary>
internal static class OutputOption
{
    /// <summary>The name of the option, also of a command that writes into a folder.</summary>
    public const string Name = "--output";

    /// <summary>The short name of the option.</summary>
    public const string ShortName = "-o";

    private const string StandardOutputName = "-";

    /// <summary>
    /// Adds the option to a command after <c>--format</c>, unless the command has an option of its own that says where to write.
    /// </summary>
    public static void AddTo(Command command)
    {
        if (command.Options.Any(option => option.Name is Name))
        {
            return;
        }

        int format = command.Options.ToList().FindIndex(option => option.Name == FormatOption.Name);
        command.Options.Insert(format + 1, new Option<string?>(Name, ShortName)
        {
            Description =
                "Where the output is written: a file that does not exist yet, so that no log is overwritten by mistake, or - for standard "
                + "output. [default: -]",
            HelpName = "FILE",
        });
    }

    /// <summary>
    /// Makes the output go to the file that the command line names, if it names one. Returns an error in the command line, or null.
    /// </summary>
    public static string? Apply(ParseResult parsed, ToolConsole console)
    {
        Command command = parsed.CommandResult.Command;
        if (parsed.Action != command.Action
            || command.Options.FirstOrDefault(option => option.Name == Name) is not Option<string?> { HelpName: "FILE" } option
            || parsed.GetValue(option) is not { } path
            || path == StandardOutputName)
        {
            return null;
        }

        if (OutputFile.ReasonAgainst(path) is { } reason)
        {
            return $"{Name} {ShownText.Of(path)}: {reason}";
        }

        console.WriteTo(path);
        return null;
    }
}
