using WalParser.Findings;
using WalParser.Tool.Inputs;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>Writes a list of transactions in one of its formats.</summary>
internal interface ITransactionsWriter
{
    /// <summary>Whether a finding is written with its advice. If not, the advice follows on standard error.</summary>
    bool WritesAdvice { get; }

    /// <summary>Returns the name of a WAL in the places of transactions.</summary>
    string NameOf(WalInput input);

    /// <summary>Writes a transaction that has ended or was left prepared.</summary>
    void Write(Transaction transaction);

    /// <summary>Writes a finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="label">The label of its file for people.</param>
    void WriteFinding(Finding finding, string? label);

    /// <summary>Writes the summary after all WALs.</summary>
    void End(TransactionCounts counts);

    /// <summary>Writes what is buffered to the output.</summary>
    void Flush();
}
