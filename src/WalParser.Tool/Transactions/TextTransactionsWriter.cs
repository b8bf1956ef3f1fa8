using System.Globalization;
using System.Text;
using WalParser.Findings;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>
/// Writes transactions for people: a line per transaction, in columns. A cell that is wider than its column moves the rest of the line to
/// the right, because each line is written when its transaction ends and the widths are not known before. On a terminal that is too narrow
/// for the columns, a transaction takes several lines.
/// </summary>
internal sealed class TextTransactionsWriter(ByteWriter output, ToolConsole console) : ITransactionsWriter
{
    private static readonly CompositeFormat Columns =
        CompositeFormat.Parse("{0,-15}  {1,-16}  {2,7}  {3,10}  {4,7}  {5,7}  {6,-16}  {7,-16}  {8}");

    private static readonly string[] Names = ["Outcome", "Policy", "First", "Operations", "Bytes", "Commit", "Prepared", "Ended", "Xid"];

    // The columns and an xid of the usual length.
    private const int WidthOfColumns = 130;

    private readonly bool _usesColour = console.UsesColour;
    private readonly bool _isNarrow = console.OutputIsTerminal && console.Width < WidthOfColumns;
    private bool _hasHeading;

    public bool WritesAdvice => false;

    public string NameOf(WalInput input) => input.Label;

    public void Write(Transaction transaction)
    {
        string xid = XidText.Of(transaction.Xid.Span);
        if (transaction.CommitTimestamp is { } timestamp)
        {
            xid += "  timestamp " + XidText.Of(timestamp.Span);
        }

        string[] cells =
        [
            ReportText.Words(transaction.Outcome.ToString()),
            transaction.Policy is { } policy ? ReportText.Words(policy.ToString()).Replace(' ', '-') : "unknown",
            Number(transaction.FirstSequence),
            transaction.Begin is null ? "-" : ReportText.Grouped(transaction.Operations),
            transaction.Begin is null ? "-" : ReportText.Grouped(transaction.Bytes),
            Number(transaction.CommitSequence),
            Place(transaction.Begin),
            Place(transaction.End),
            xid,
        ];
        string? colour = transaction.End is null ? "\e[33m" : null;
        if (_isNarrow)
        {
            WriteFields(cells, colour);
            return;
        }

        if (!_hasHeading)
        {
            _hasHeading = true;
            WriteLine("\e[1m", Line(Names));
        }

        WriteLine(colour, Line(cells));
    }

    /// <summary>Writes the xid, which identifies the transaction, as a heading, and a line per field below it.</summary>
    private void WriteFields(string[] cells, string? colour)
    {
        WriteLine(colour ?? "\e[1m", cells[^1]);
        int width = Names.Max(name => name.Length) + 1;
        for (int i = 0; i < cells.Length - 1; i++)
        {
            WriteLine(colour, $"  {(Names[i] + ":").PadRight(width)} {cells[i]}");
        }
    }

    public void WriteFinding(Finding finding, string? label) =>
        WriteLine(finding.Severity == FindingSeverity.Note ? "\e[33m" : "\e[1;31m", $"! {FindingText.Of(finding, label)}");

    public void End(TransactionCounts counts)
    {
        List<string> parts =
        [
            .. Enum.GetValues<TransactionOutcome>().Where(outcome => counts[outcome] > 0)
                .Select(outcome => $"{ReportText.Grouped(counts[outcome])} {ReportText.Words(outcome.ToString())}"),
        ];
        string damage = counts.Findings == 0 ? "" : $"; {ReportText.Count(counts.Findings, "finding", "findings")}";
        string sum = parts.Count == 0 ? "" : ": " + string.Join(", ", parts);
        WriteLine("\e[1m", ReportText.Count(counts.All, "transaction", "transactions") + sum + damage);
    }

    public void Flush() => output.Flush();

    private static string Line(string[] cells) => string.Format(CultureInfo.InvariantCulture, Columns, [.. cells]);

    private static string Number(ulong? number) => number is { } known ? ReportText.Grouped(known) : "-";

    private static string Place(TransactionPlace? place) =>
        place is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known.File}:{known.Offset}") : "-";

    private void WriteLine(string? colour, string text)
    {
        if (_usesColour && colour is not null)
        {
            output.Write($"{colour}{text}\e[0m\n");
        }
        else
        {
            output.Write(text);
            output.Write("\n"u8);
        }
    }
}
