using System.Diagnostics;
using WalParser.Tests.Fixtures;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.RocksDb;

/// <summary>What a run of RocksDB's own tool, <c>ldb</c>, returned and wrote.</summary>
internal sealed record Ldb(int ExitCode, string[] Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Runs ldb on a copy of a file, under its own name, since it may change what lies around it. The test is skipped where it is not
    /// installed. It is ended if it does not end: some logs it reads forever.
    /// </summary>
    /// <param name="file">The file, as <see cref="TestFiles.Named"/> has it.</param>
    /// <param name="arguments">The arguments; {0} stands for the copy.</param>
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
