using WalParser.Kvrocks.Dataset;
using WalParser.Tool.Output;

namespace WalParser.Tool.Inputs;

/// <summary>Reports on standard error what the dataset of some WALs lacks.</summary>
internal static class KeyspaceReport
{
    /// <summary>Reports the operations and elements without effect.</summary>
    public static void Write(ToolConsole console, Keyspace keyspace)
    {
        Say(
            keyspace.UndecodableCount,
            "operation could not be decoded as Kvrocks's and had no effect",
            "operations could not be decoded as Kvrocks's and had no effect");
        Say(
            keyspace.OrphanCount + keyspace.DroppedOrphanCount,
            "element belongs to a key whose metadata is not in these logs",
            "elements belong to keys whose metadata is not in these logs");
        Say(
            keyspace.DroppedDeadElementCount,
            "element of an earlier version of a key was forgotten to save memory; if RENAME or COPY has brought it back, its key lacks it",
            "elements of earlier versions of keys were forgotten to save memory; if RENAME or COPY has brought some back, their keys lack "
            + "them");

        void Say(long count, string one, string many)
        {
            if (count > 0)
            {
                console.Say(ReportText.Count(count, one, many));
            }
        }
    }
}
