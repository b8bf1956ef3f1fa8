using WalParser.TestSupport.Processes;
using WalParser.Tool.CommandLine;

namespace WalParser.Tool.Tests.Fixtures;

/// <summary>Runs the tool in a separate process.</summary>
internal static class ToolProcess
{
    /// <summary>The path of the tool's assembly, for <c>dotnet</c>.</summary>
    public static string Assembly => typeof(WalParserCommand).Assembly.Location;

    /// <summary>Starts the tool.</summary>
    public static ChildProcess Start(params string[] args) => ChildProcess.Start("dotnet", [Assembly, .. args]);

    /// <summary>Starts the tool for a test that sends signals to it.</summary>
    public static ChildProcess StartForSignals(params string[] args) =>
        ChildProcess.Start(ChildSignals.WithDefaults("dotnet", [Assembly, .. args]));

    /// <summary>Runs the tool to its end.</summary>
    public static async Task<ToolRun> Run(byte[] input, params string[] args)
    {
        using ChildProcess process = Start(args);
        ChildResult result = await process.EndAsync(input);
        return new ToolRun(result.ExitCode, result.Output, result.Error);
    }
}
