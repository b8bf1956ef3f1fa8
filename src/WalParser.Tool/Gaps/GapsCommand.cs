using System.CommandLine;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;

namespace WalParser.Tool.Gaps;

/// <summary><c>walparser gaps</c>: shows the map of sequence numbers.</summary>
internal static class GapsCommand
{
    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console) => InspectionCommand.Create(
        new ToolCommand(
            "gaps",
            "Shows which sequence numbers each WAL contains, and where sequence numbers are missing or repeated.",
            """
            The logs of a folder continue each other. A gap means that something between two records
            is lost, unless it is explained: numbers that an ingested table file has according to the
            MANIFEST, numbers of logs that are no longer needed, and numbers that were never in a
            log because the WAL was disabled are notes. An overlap or a duplicate means that the
            database went back: it was opened again after a loss, or the folder contains logs of two
            databases. RocksDB 10.1 and later refuses to open it.

            All findings are shown, as by 'walparser verify', and the exit code is the same.

            Examples:
              walparser gaps /var/lib/kvrocks
              walparser gaps --format json db | jq '.findings[] | select(.missing > 0)'
            """),
        console,
        GapsTextReport.Write,
        static (_, _) => { });
}
