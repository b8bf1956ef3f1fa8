using System.Text;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.Transactions;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>Finds the marks of transactions that no RocksDB writes. It is given the batches of a set in order.</summary>
internal sealed class TransactionJudge
{
    private const int LongestShown = 256;

    // Most databases have no transactions.
    private TransactionAssembler? _assembler;

    /// <summary>Processes the batch in a record. Returns the findings about its marks.</summary>
    public IEnumerable<Finding> Process(in WalSetEntry entry)
    {
        if (!entry.HasMarks)
        {
            return [];
        }

        // The marks and the counts are enough. A command that needs the operations stores them itself.
        _assembler ??= new TransactionAssembler(new TransactionAssemblerOptions { KeepsOperations = false });
        _assembler.File = entry.File.Name;
        WriteBatch batch = entry.Batch;
        _assembler.Add(ref batch, entry.Record.Offset);
        return _assembler.Findings.Select(WithName);
    }

    /// <summary>Returns the finding with the name of the transaction as its detail, if it has a transaction.</summary>
    private static Finding WithName(TransactionFinding finding) =>
        finding.Transaction is { } transaction ? finding with { Detail = "xid " + TextOf(transaction.Xid.Span) } : finding;

    /// <summary>Returns a name as text if it is printable, else as hex. A long name is cut.</summary>
    private static string TextOf(ReadOnlySpan<byte> xid)
    {
        ReadOnlySpan<byte> shown = xid[..Math.Min(xid.Length, LongestShown)];
        string text = shown.ContainsAnyExceptInRange((byte)'!', (byte)'~')
            ? "hex:" + Convert.ToHexStringLower(shown)
            : Encoding.ASCII.GetString(shown);
        return shown.Length < xid.Length ? text + "..." : text;
    }
}
