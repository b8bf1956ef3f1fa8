using System.Diagnostics;

namespace WalParser.TestSupport.Processes;

/// <summary>
/// Starts child processes that do not ignore signals. A background job of a script inherits SIGINT as ignored, and a program under
/// <c>nohup</c> SIGHUP. The processes that they start inherit the same, and an ignored signal does not end a process.
/// </summary>
public static class ChildSignals
{
    private const string Option = "--default-signal=INT,HUP,TERM";

    private static readonly Lazy<bool> EnvResets = new(() => Exits(0, "env", Option, "true"));

    private static readonly Lazy<bool> AnyIsIgnored = new(() =>
        Array.Exists((string[])["INT", "HUP", "TERM"], signal => Exits(0, "sh", "-c", $"kill -{signal} $$")));

    /// <summary>
    /// Returns the command line in an environment where signals have their default actions. It skips the test on Windows, and where signals
    /// are ignored and <c>env</c> cannot change that (GNU's can, since coreutils 8.31).
    /// </summary>
    public static ProcessStartInfo WithDefaults(string program, params string[] arguments)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such signals.");
        if (EnvResets.Value)
        {
            return new ProcessStartInfo("env", [Option, program, .. arguments]);
        }

        Skip.If(AnyIsIgnored.Value, $"SIGINT, SIGHUP or SIGTERM is ignored here, and 'env {Option}' does not work.");
        return new ProcessStartInfo(program, arguments);
    }

    private static bool Exits(int exitCode, string program, params string[] arguments)
    {
        using ChildProcess process = ChildProcess.Start(program, arguments);
        return process.End().ExitCode == exitCode;
    }
}
