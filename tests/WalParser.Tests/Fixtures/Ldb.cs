using System.Diagnostics;
using System.Text;
using WalParser.Framing;

namespace WalParser.Tests.Fixtures;

/// <summary>RocksDB's own program <c>ldb</c>: it opens a database, recovering it in a given mode, and shows what it then holds.</summary>
internal static class Ldb
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Puts an OPTIONS file into the folder, in place of those there, with options of the database and these column families.</summary>
    public static void WriteOptions(TempDatabase database, WalRecoveryMode mode, IEnumerable<string> families, string more = "")
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
    /// The keys and values of a column family in hex, a line each; null if RocksDB refuses to open the database, for the reason in
    /// <paramref name="refusal"/>. The folder is left as it is.
    /// </summary>
    public static List<string>? Scan(TempDatabase database, string family, out string refusal) =>
        TryScan(database, family, Patience, out List<string>? lines, out refusal) ? lines : throw new TimeoutException($"ldb does not end: {refusal}");

    /// <summary>The same; false if it does not end within <paramref name="patience"/>.</summary>
    public static bool TryScan(TempDatabase database, string family, TimeSpan patience, out List<string>? lines, out string refusal)
    {
        using ChildProcess process = Start(patience, $"--db={database.Path}", "--try_load_options", $"--column_family={family}", "scan", "--hex");
        try
        {
            ChildResult result = process.End();
            refusal = result.ExitCode == 0 ? "" : result.Output + result.Error;
            lines = result.ExitCode == 0 ? [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)] : null;
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
    /// The records of a WAL, a line each, as RocksDB's <c>dump_wal</c> shows them: sequence number, count, size, offset. A complaint, of whatever
    /// kind, fails the test.
    /// </summary>
    public static string[] DumpWal(string path, params string[] more)
    {
        (string[] lines, string error) = TryDumpWal(path, more);
        Assert.Equal("", error);
        return lines;
    }

    /// <summary>The same, and what it says besides.</summary>
    public static (string[] Lines, string Error) TryDumpWal(string path, params string[] more)
    {
        using ChildProcess process = Start(Patience, ["dump_wal", $"--walfile={path}", .. more]);
        ChildResult result = process.End();
        string[] lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches(@"^\d+,\d+,\d+,\d+,", line));
        return (lines, result.Error.Length == 0 && result.ExitCode != 0 ? $"exit code {result.ExitCode}" : result.Error);
    }

    private static ChildProcess Start(TimeSpan patience, params string[] args)
    {
        SystemProgram.SkipIfAbsent("ldb");
        return ChildProcess.Start(new ProcessStartInfo("ldb", args), patience);
    }
}
