using System.Runtime.InteropServices;
using WalParser.Tool;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;

ToolConsole console = ToolConsole.OfProcess();
int exitCodeOfSignal = ExitCode.Interrupted;

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);

int exitCode = await WalParserCommand.RunAsync(args, console);
return exitCode == ExitCode.Interrupted ? exitCodeOfSignal : exitCode;

// At once, wherever the program waits: for input that does not come, or for a pager that does not take the output.
void End(PosixSignalContext context)
{
    context.Cancel = true;
    exitCodeOfSignal = context.Signal switch
    {
        // As shells have it: 128 and the signal's number.
        PosixSignal.SIGHUP => 128 + 1,
        PosixSignal.SIGTERM => 128 + 15,
        _ => ExitCode.Interrupted,
    };
    console.Progress?.Clear();
    if (console.Interrupted is { } interrupted)
    {
        // A command that leaves something half done ends by itself; the second time it is to end at once.
        console.Interrupted = null;
        interrupted();
        return;
    }

    Environment.Exit(exitCodeOfSignal);
}
