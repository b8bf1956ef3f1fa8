using System.CommandLine;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;

namespace WalParser.Tool.Info;

/// <summary><c>walparser info</c>: shows the properties of WALs.</summary>
internal static class InfoCommand
{
    /// <summary>Creates the command, which writes to <paramref name="console"/>.</summary>
    public static Command Create(ToolConsole console) => InspectionCommand.Create(
        new ToolCommand(
            "info",
            "Shows the properties of WALs: number, size, recycled or not, compression, fragments, sequence numbers, and what "
            + "follows the last record.",
            """
            The last record may be followed by zeros, old records, garbage, a torn record or control
            records. The sizes and offsets of a compressed copy are those of its content.

            Examples:
              walparser info db/000010.log
              walparser info --format json db
            """),
        console,
        InfoTextReport.Write,
        InfoJson.Write);
}
