using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace WalParser.Tool.CommandLine;

/// <summary>Shows a command's help and behind it the command's notes.</summary>
internal sealed class HelpWithNotes : SynchronousCommandLineAction
{
    // Text in longer lines is hard to read, also where there is room for it.
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
