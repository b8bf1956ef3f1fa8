using System.Text.Json;
using WalParser.Findings;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>Writes transactions for programs: one JSON object per line, with bytes as hex and without fields that do not apply.</summary>
internal sealed class JsonLinesTransactionsWriter(ByteWriter output) : ITransactionsWriter
{
    public bool WritesAdvice => true;

    public string NameOf(WalInput input) => input.ReportedName;

    public void Write(Transaction transaction)
    {
        output.Write("{\"kind\":\"transaction\",\"xid\":\""u8);
        output.WriteHex(transaction.Xid.Span);
        output.Write("\",\"outcome\":"u8);
        output.WriteJsonString(CamelCase(transaction.Outcome.ToString()));
        if (transaction.Policy is { } policy)
        {
            output.Write(",\"policy\":"u8);
            output.WriteJsonString(CamelCase(policy.ToString()));
        }

        if (transaction.FirstSequence is { } first)
        {
            WriteNumber(",\"firstSequence\":"u8, first);
        }

        if (transaction.Begin is not null)
        {
            WriteNumber(",\"operations\":"u8, (ulong)transaction.Operations);
            WriteNumber(",\"bytes\":"u8, (ulong)transaction.Bytes);
            WriteNumber(",\"sections\":"u8, (ulong)transaction.Sections);
        }

        if (transaction.CommitSequence is { } commit)
        {
            WriteNumber(",\"commitSequence\":"u8, commit);
        }

        if (transaction.CommitTimestamp is { } timestamp)
        {
            output.Write(",\"commitTimestamp\":\""u8);
            output.WriteHex(timestamp.Span);
            output.Write("\""u8);
        }

        WritePlace(",\"prepared\":"u8, transaction.Begin);
        WritePlace(",\"ended\":"u8, transaction.End);
        output.Write("}\n"u8);
    }

    public void WriteFinding(Finding finding, string? label) => FindingJson.WriteLine(output, finding);

    public void End(TransactionCounts counts)
    {
        output.Write("{\"kind\":\"end\",\"transactions\":"u8);
        output.WriteNumber(counts.All);
        foreach (TransactionOutcome outcome in Enum.GetValues<TransactionOutcome>())
        {
            output.Write(","u8);
            output.WriteJsonString(CamelCase(outcome.ToString()));
            output.Write(":"u8);
            output.WriteNumber(counts[outcome]);
        }

        output.Write(",\"findings\":"u8);
        output.WriteNumber(counts.Findings);
        output.Write("}\n"u8);
    }

    public void Flush() => output.Flush();

    private static string CamelCase(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private void WritePlace(ReadOnlySpan<byte> start, TransactionPlace? place)
    {
        if (place is { } known)
        {
            output.Write(start);
            output.Write("{\"file\":"u8);
            output.WriteJsonString(known.File!);
            output.Write(",\"offset\":"u8);
            output.WriteNumber(known.Offset);
            output.Write("}"u8);
        }
    }

    private void WriteNumber(ReadOnlySpan<byte> start, ulong number)
    {
        output.Write(start);
        output.WriteNumber(number);
    }
}
