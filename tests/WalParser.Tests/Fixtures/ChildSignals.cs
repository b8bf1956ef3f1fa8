using System.Diagnostics;

namespace WalParser.Tests.Fixtures;

/// <summary>
/// Signals that a child process does not ignore. A background job of a script inherits SIGINT as ignored, and a program under <c>nohup</c>
/// SIGHUP. All that they start inherits the same, and a signal that is ignored ends nothing.
/// </summary>
internal static class ChildSignals
{
    private const string Option = "--default-signal=INT,HUP,TERM";

    private static readonly Lazy<bool> EnvResets = new(() => Exits(0, "env", Option, "true"));

    private static readonly Lazy<bool> AnyIsIgnored = new(() =>
        Array.Exists((string[])["INT", "HUP", "TERM"], signal => Exits(0, "sh", "-c", $"kill -{signal} $$")));

    /// <summary>
    /// The command line in an environment where signals do what they do by default. The test is skipped where they are ignored and <c>env</c>
    /// cannot change that (GNU's can, since coreutils 8.31), and on Windows.
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
