using System.Diagnostics;
using WalParser.Tests.Fixtures;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.RocksDb;

/// <summary>The exit code and the output of a run of RocksDB's own tool, <c>ldb</c>.</summary>
internal sealed record Ldb(int ExitCode, string[] Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Runs ldb on a copy of a file, with the same name, because ldb may change files beside it. The test is skipped where ldb is not
    /// installed. ldb is killed if it does not end, because it reads some logs forever.
    /// </summary>
    /// <param name="file">The file, as returned by <see cref="TestFiles.Named"/>.</param>
    /// <param name="arguments">The arguments; {0} is replaced with the copy.</param>
    public static async Task<Ldb> RunOn(string file, params string[] arguments)
    {
        using var folder = new TempFolder();
        string copy = folder.Write(Path.GetFileName(file), await File.ReadAllBytesAsync(TestFiles.PathOf(file)));
        SystemProgram.SkipIfAbsent("ldb");
        var start = new ProcessStartInfo("ldb", arguments.Select(argument => argument.Replace("{0}", copy, StringComparison.Ordinal)));
        using ChildProcess process = ChildProcess.Start(start, Patience);
        ChildResult result = await process.EndAsync();
        return new Ldb(result.ExitCode, result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), result.Error);
    }
}
