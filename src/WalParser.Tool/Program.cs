using System.Runtime.InteropServices;
using WalParser.Tool;
using WalParser.Tool.Commands;
using WalParser.Tool.Output;

ToolConsole console = ToolConsole.OfProcess();

// At once, wherever the program waits: for input that does not come, or for a pager that does not take the output.
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
{
    context.Cancel = true;
    console.Progress?.Clear();
    if (console.Interrupted is { } interrupted)
    {
        // A command that leaves something half done ends by itself; the second time it is to end at once.
        console.Interrupted = null;
        interrupted();
        return;
    }

    Environment.Exit(ExitCode.Interrupted);
});

return await WalParserCommand.RunAsync(args, console);
