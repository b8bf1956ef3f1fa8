using System.CommandLine;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;

namespace WalParser.Tool.Verify;

/// <summary><c>walparser verify</c>: reads everything and checks all checksums.</summary>
internal static class VerifyCommand
{
    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console) => InspectionCommand.Create(
        new ToolCommand(
            "verify",
            "Reads WALs from end to end, checks every checksum and every operation, and says what is damaged or missing.",
            """
            The findings are the same in all commands. Damage: bytes that were written cannot be
            read. Loss: something that was there is missing, for example sequence numbers. Refusal:
            RocksDB would not open the database. Note: worth knowing, nothing is lost. The exit code
            is 1 for all but notes.

            A torn end is damage. Records of a recycled log's earlier use after its last record, the
            stale tail, are a note. Of very many findings in a file, the first 1,000 are listed. For
            a whole DB folder, CURRENT and MANIFEST are checked too, and that no log is missing.

            Examples:
              walparser verify /var/lib/kvrocks
              walparser verify --format json db | jq .summary
            """),
        console,
        VerifyTextReport.Write,
        VerifyJson.Write);
}
