using System.Diagnostics;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;

namespace WalParser.Tool.Tests.Proportion;

/// <summary>
/// What a run of the tool costs: the bytes that it allocates, which follow the steps that it takes, and the bytes that it writes.
/// </summary>
internal sealed record Cost(long Allocated, long Output, TimeSpan Time)
{
    /// <summary>Runs the tool in this process, while nothing else does.</summary>
    public static async Task<Cost> OfAsync(string[] args)
    {
        using var output = new CountingStream();
        using var error = new StringWriter();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        long start = Stopwatch.GetTimestamp();
        int exitCode = await WalParserCommand.RunAsync(args, new ToolConsole(new MemoryStream(), output, error));
        TimeSpan time = Stopwatch.GetElapsedTime(start);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        // Damage is expected here, a failure is not: its cost would show nothing.
        Assert.True(exitCode is 0 or 1, $"{string.Join(' ', args)}: exit code {exitCode}, {error}");
        return new Cost(allocated, output.Length + error.GetStringBuilder().Length, time);
    }
}
