using System.Diagnostics;
using System.Runtime.InteropServices;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;

namespace WalParser.Aot.Tests;

/// <summary>
/// The tool, published ahead of time: once for all tests, into a folder beside them that a later run reuses. The publish writes its build
/// output only to that folder.
/// </summary>
public sealed class NativeTool : IAsyncLifetime
{
    // A publish uses two minutes of processor time. The limit is sufficient for machines that give it a tenth of a core.
    private static readonly TimeSpan PublishPatience = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan RunPatience = TimeSpan.FromMinutes(1);

    private static readonly string Repository = Path.GetDirectoryName(TestFiles.Committed(""))!;
    private static readonly string Artifacts = Path.Combine(AppContext.BaseDirectory, "native");

    private ChildResult? _publish;

    /// <summary>The reason why the tool cannot be published here, or null if it can.</summary>
    private static string? Missing =>
        !OperatingSystem.IsLinux() ? "The test publishes for Linux only."
        : !SystemProgram.IsInstalled("clang")
            && !SystemProgram.IsInstalled("gcc") ? "Neither clang nor gcc is installed, to link the program."
        : null;

    private static string Program =>
        Path.Combine(Artifacts, "publish", "WalParser.Tool", $"release_{RuntimeInformation.RuntimeIdentifier}", "WalParser.Tool");

    /// <summary>The exit code and the output of the publish.</summary>
    internal ChildResult Publish
    {
        get
        {
            if (Missing is { } reason)
            {
                SystemProgram.SkipOrFail(reason);
            }

            return _publish!;
        }
    }

    public async Task InitializeAsync()
    {
        if (Missing is null)
        {
            // The analyzers run in the ordinary build; the ahead-of-time compiler has warnings of its own. No build server may start: it
            // would continue to run with the standard output of the publish, which then would not end.
            _publish = await RunAsync(
                PublishPatience,
                "dotnet",
                "publish", Path.Combine(Repository, "src", "WalParser.Tool"), "--configuration", "Release",
                "--runtime", RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true", "--artifacts-path", Artifacts,
                "-p:RunAnalyzers=false", "-p:NativeDebugSymbols=false",
                "-p:UseSharedCompilation=false", "-nodeReuse:false", "-maxCpuCount:1");
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Runs the published program.</summary>
    internal Task<ChildResult> Run(params string[] arguments)
    {
        ChildResult publish = Publish;
        Assert.True(publish.ExitCode == 0, publish.Output + publish.Error);
        return RunAsync(RunPatience, Program, arguments);
    }

    /// <summary>Runs the tool without a publish, on the .NET runtime.</summary>
    internal static Task<ChildResult> RunManaged(params string[] arguments) =>
        RunAsync(RunPatience, "dotnet", [Path.Combine(AppContext.BaseDirectory, "WalParser.Tool.dll"), .. arguments]);

    private static async Task<ChildResult> RunAsync(TimeSpan patience, string program, params string[] arguments)
    {
        using ChildProcess process = ChildProcess.Start(new ProcessStartInfo(program, arguments), patience);
        return await process.EndAsync();
    }
}
