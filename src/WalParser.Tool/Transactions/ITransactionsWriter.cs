using WalParser.Findings;
using WalParser.Tool.Inputs;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>Writes a list of transactions, in one of its formats.</summary>
internal interface ITransactionsWriter
{
    /// <summary>What a log is called in transactions' places.</summary>
    string NameOf(WalInput input);

    /// <summary>A transaction that has ended, or that was left.</summary>
    void Write(Transaction transaction);

    /// <summary>The damage of a log that was read to its end.</summary>
    void WriteDamages(WalInput input, FindingList damages);

    /// <summary>All logs have ended.</summary>
    void End(TransactionCounts counts);

    /// <summary>Hands everything on to where it goes.</summary>
    void Flush();
}
