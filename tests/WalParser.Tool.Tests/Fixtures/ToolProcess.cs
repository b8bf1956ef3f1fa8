using WalParser.TestSupport.Processes;
using WalParser.Tool.CommandLine;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>Runs the tool as a process of its own.</summary>
internal static class ToolProcess
{
    /// <summary>The tool's assembly, for <c>dotnet</c>.</summary>
    public static string Assembly => typeof(WalParserCommand).Assembly.Location;

    public static ChildProcess Start(params string[] args) => ChildProcess.Start("dotnet", [Assembly, .. args]);

    /// <summary>Starts it for a test that sends it signals.</summary>
    public static ChildProcess StartForSignals(params string[] args) =>
        ChildProcess.Start(ChildSignals.WithDefaults("dotnet", [Assembly, .. args]));

    /// <summary>Runs it to its end.</summary>
    public static async Task<ToolRun> Run(byte[] input, params string[] args)
    {
        using ChildProcess process = Start(args);
        ChildResult result = await process.EndAsync(input);
        return new ToolRun(result.ExitCode, result.Output, result.Error);
    }
}
