using WalParser.Findings;
using WalParser.Tool.Inputs;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>Writes a list of transactions in one of its formats.</summary>
internal interface ITransactionsWriter
{
    /// <summary>Returns the name of a WAL in the places of transactions.</summary>
    string NameOf(WalInput input);

    /// <summary>Writes a transaction that has ended or was left prepared.</summary>
    void Write(Transaction transaction);

    /// <summary>Writes the damage of a WAL that was read to its end.</summary>
    void WriteDamages(WalInput input, FindingList damages);

    /// <summary>Writes the summary after all WALs.</summary>
    void End(TransactionCounts counts);

    /// <summary>Writes what is buffered to the output.</summary>
    void Flush();
}
