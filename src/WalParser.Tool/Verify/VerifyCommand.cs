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
            "Reads WALs from end to end, checks every checksum and every operation, and lists all damage.",
            """
            A torn end is damage. Records of a recycled log's earlier use after its last record are
            not damage; they are reported as the stale tail. Of very many corruptions in a file, the
            first 1,000 are listed. For a whole DB folder, the command also checks CURRENT and
            MANIFEST, and that no log is missing.

            Examples:
              walparser verify /var/lib/kvrocks
              walparser verify --format json db | jq .summary
            """),
        verifiesManifest: true,
        console,
        VerifyTextReport.Write,
        VerifyJson.Write);
}
