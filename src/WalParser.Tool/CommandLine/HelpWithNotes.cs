using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace WalParser.Tool.CommandLine;

/// <summary>Writes the help of a command, followed by the notes of the command.</summary>
internal sealed class HelpWithNotes : SynchronousCommandLineAction
{
    // Longer lines are hard to read, even on a wide terminal.
    private const int WidestText = 100;

    private readonly HelpAction _help;

    public HelpWithNotes(HelpAction help, int width)
    {
        _help = help;
        _help.MaxWidth = Math.Min(width, WidestText);
    }

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int exitCode = _help.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ToolCommand command)
        {
            parseResult.InvocationConfiguration.Output.WriteLine(command.Notes);
        }

        return exitCode;
    }
}
