using WalParser.Kvrocks.Comparison;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Compare;

/// <summary>Says what could not be compared, and why.</summary>
internal static class UncomparedText
{
    public static string Of(Uncompared entry)
    {
        string subject = ShownText.OfName(entry.Subject);
        string keys = $"{Count(entry.Count, "key", "keys")} of type {subject}";
        return entry.Reason switch
        {
            UncomparedReason.NoSuchType => $"{keys}, a type that the server does not have{Examples(entry)}",
            UncomparedReason.NotReadable => $"{keys}, whose content no command of the server returns entirely{Examples(entry)}",
            UncomparedReason.IncompleteInLogs => $"{keys}, of which the logs have only a part; that part is equal{Examples(entry)}",
            UncomparedReason.Expiry =>
                $"the expiry of {keys}, because the server does not know PEXPIRETIME; all else is equal{Examples(entry)}",
            UncomparedReason.FieldExpiry =>
                $"the expiry of fields in {keys}, because the server does not know HPEXPIRETIME; all else is equal{Examples(entry)}",
            UncomparedReason.UnknownToLogs =>
                $"{keys} that only the server has, and that may be older than the logs, which do not begin with the database"
                + Examples(entry),
            UncomparedReason.NotAccepted => $"elements in {keys} that no server accepts; all else is equal{Examples(entry)}",
            UncomparedReason.OtherNamespace =>
                $"{Count(entry.Count, "key", "keys")} in the namespace '{subject}'; give it a database (--namespace-to-db), or choose one "
                + $"namespace (--namespace){Examples(entry)}",
            _ => $"{keys}, whose type or node changed during the comparison{Examples(entry)}",
        };
    }

    private static string Examples(Uncompared entry) => KeyExamples.Of(entry.Examples, entry.Count);
}
