using System.Text.RegularExpressions;
using WalParser.Databases;
using WalParser.Salvage;
using WalParser.Tool.Output;

namespace WalParser.Tool.Salvage;

/// <summary>Says what a person can do with the output of <c>salvage</c>.</summary>
internal static partial class NextSteps
{
    /// <summary>Writes the steps, one a line.</summary>
    /// <param name="report">The report.</param>
    /// <param name="holes">The holes in the output.</param>
    /// <param name="folder">The folder that was written into.</param>
    /// <param name="database">The database that was read; null if it is not known.</param>
    /// <param name="output">The output.</param>
    public static void Write(
        SalvageReport report, IReadOnlyList<SalvageHole> holes, string folder, DatabaseFolder? database, ReportOutput output)
    {
        SalvagedLog[] written = [.. report.Logs.Where(log => log.OutputPath is not null)];
        if (written.Sum(log => log.Records) == 0)
        {
            return;
        }

        string path = Quoted(folder);
        string[] named = [.. written.Where(log => log.Source.LogNumber is null).Select(log => Quoted(log.OutputPath!))];
        string input = named.Length == written.Length ? string.Join(' ', named) : path;
        output.WriteLine();
        output.WriteLine("What to do with the output, which contains what was in the logs, and nothing of table files:");
        output.WriteIndented($"check it:                walparser verify {input}");
        output.WriteIndented($"show its keys:           walparser keys {input}    (a database of Kvrocks)");
        output.WriteIndented($"send it to a server:     walparser replay {input} --to redis://HOST:PORT    (a database of Kvrocks)");
        output.WriteIndented(
            "let RocksDB recover it:  copy the folder of the database, delete the logs (*.log) in the copy, put these in their place, and "
            + "open the copy");
        if (database?.Manifest is null)
        {
            output.WriteIndented(
                "There is no MANIFEST with the logs: it is not known which of these records the table files of the database contain as "
                + "well.");
        }

        if (holes.Count > 0)
        {
            output.WriteIndented("RocksDB replays all records of these logs, also those after a hole: it does not notice holes.");
            output.WriteIndented(
                "Other commands see a hole inside one of these logs only as a gap in the sequence numbers, which is a note: keep this "
                + "report.");
        }

        if (database?.Manifest is { TrackedWals.Count: > 0 })
        {
            output.WriteIndented(
                "The MANIFEST contains the sizes of the damaged logs: open the copy with track_and_verify_wals_in_manifest=false.");
        }

        if (named.Length > 0)
        {
            output.WriteIndented("RocksDB reads only logs whose names are numbers, such as 000010.log: rename the other ones.");
        }
    }

    private static string Quoted(string path) =>
        Plain().IsMatch(path) ? path : $"'{ShownText.Of(path).Replace("'", "'\\''", StringComparison.Ordinal)}'";

    [GeneratedRegex("^[A-Za-z0-9._/][A-Za-z0-9._/+@%=:-]*$")]
    private static partial Regex Plain();
}
