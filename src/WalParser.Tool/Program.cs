using System.Runtime.InteropServices;
using WalParser.Tool;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;

ToolConsole console = ToolConsole.OfProcess();
int exitCodeOfSignal = ExitCode.Interrupted;

using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
using PosixSignalRegistration hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);

int exitCode = await WalParserCommand.RunAsync(RawArguments.Replace(args), console);
return exitCode == ExitCode.Interrupted ? exitCodeOfSignal : exitCode;

// Ends the process at once, wherever it waits: for input, or for a pager that does not read the output.
void End(PosixSignalContext context)
{
    context.Cancel = true;
    exitCodeOfSignal = context.Signal switch
    {
        // The convention of shells: 128 plus the number of the signal.
        PosixSignal.SIGHUP => 128 + 1,
        PosixSignal.SIGTERM => 128 + 15,
        _ => ExitCode.Interrupted,
    };
    console.Progress?.Clear();
    if (console.Interrupted is { } interrupted)
    {
        // The command finishes what it has begun and ends by itself. A second signal ends the process at once.
        console.Interrupted = null;
        interrupted();
        return;
    }

    Environment.Exit(exitCodeOfSignal);
}
