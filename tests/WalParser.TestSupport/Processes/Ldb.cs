using System.Diagnostics;
using System.Text;
using WalParser.Framing;
using WalParser.TestSupport.Files;

namespace WalParser.TestSupport.Processes;

/// <summary>
/// RocksDB's program <c>ldb</c>, which opens a database, recovers it in a given mode, and shows its content. Each method skips the test
/// where the program is not installed, and ends the program after a time limit, because it does not stop reading some logs.
/// </summary>
public static class Ldb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Replaces the OPTIONS files of a folder with one that has these column families, and these options of the database.
    /// </summary>
    public static void WriteOptions(TempFolder database, WalRecoveryMode mode, IEnumerable<string> families, string more = "")
    {
        foreach (string path in Directory.EnumerateFiles(database.Path, "OPTIONS-*"))
        {
            File.Delete(path);
        }

        var text = new StringBuilder($"""
            [Version]
              rocksdb_version=7.8.3
              options_file_version=1.1
            [DBOptions]
              wal_recovery_mode=k{mode}
            {more}

            """);
        foreach (string family in families)
        {
            text.Append($"""
                [CFOptions "{family}"]
                  comparator=leveldb.BytewiseComparator
                [TableOptions/BlockBasedTable "{family}"]


                """);
        }

        database.Write("OPTIONS-000099", Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>
    /// Returns the keys and values of a column family in hex, one pair on a line. Returns null, and the reason in
    /// <paramref name="refusal"/>, if RocksDB refuses to open the database. The folder does not change.
    /// </summary>
    public static List<string>? Scan(TempFolder database, string family, out string refusal) =>
        TryScan(database, family, Patience, out List<string>? lines, out refusal)
            ? lines
            : throw new TimeoutException($"ldb does not end: {refusal}");

    /// <summary>Does the same as <see cref="Scan"/>; returns false if ldb does not end within <paramref name="patience"/>.</summary>
    public static bool TryScan(TempFolder database, string family, TimeSpan patience, out List<string>? lines, out string refusal)
    {
        using ChildProcess process = Start(
            patience, $"--db={database.Path}", "--try_load_options", $"--column_family={family}", "scan", "--hex");
        try
        {
            ChildResult result = process.End();
            refusal = result.ExitCode == 0 ? "" : result.Output + result.Error;
            lines = result.ExitCode == 0 ? [.. result.OutputLines] : null;
            return true;
        }
        catch (TimeoutException timeout)
        {
            refusal = timeout.Message;
            lines = null;
            return false;
        }
    }

    /// <summary>
    /// Returns the records of a WAL in the form of <c>dump_wal</c>, one on a line: sequence number, count, size, offset. The test fails if
    /// ldb writes an error.
    /// </summary>
    public static string[] DumpWal(string path, params string[] more)
    {
        (string[] lines, string error) = TryDumpWal(path, more);
        Assert.Equal("", error);
        return lines;
    }

    /// <summary>Does the same as <see cref="DumpWal"/>, and also returns the error that ldb writes; empty if there is none.</summary>
    public static (string[] Lines, string Error) TryDumpWal(string path, params string[] more)
    {
        using ChildProcess process = Start(Patience, ["dump_wal", $"--walfile={path}", .. more]);
        ChildResult result = process.End();
        Assert.All(result.OutputLines, line => Assert.Matches(@"^\d+,\d+,\d+,\d+,", line));
        return (result.OutputLines, result.Error.Length == 0 && result.ExitCode != 0 ? $"exit code {result.ExitCode}" : result.Error);
    }

    /// <summary>
    /// Runs ldb on a copy of a file in a folder of its own, because ldb may change files in the folder. The copy has the name of the file.
    /// </summary>
    /// <param name="file">The file, as <see cref="TestFiles.Named"/> returns it.</param>
    /// <param name="arguments">The arguments; {0} stands for the path of the copy.</param>
    public static async Task<ChildResult> RunOnCopyAsync(string file, params string[] arguments)
    {
        using var folder = new TempFolder();
        string copy = folder.Write(Path.GetFileName(file), await File.ReadAllBytesAsync(TestFiles.PathOf(file)));
        using ChildProcess process = Start(
            Patience, [.. arguments.Select(argument => argument.Replace("{0}", copy, StringComparison.Ordinal))]);
        return await process.EndAsync();
    }

    private static ChildProcess Start(TimeSpan patience, params string[] arguments)
    {
        SystemProgram.SkipIfAbsent("ldb");
        return ChildProcess.Start(new ProcessStartInfo("ldb", arguments), patience);
    }
}
