using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>Counts transactions by their outcomes, and the damage.</summary>
internal sealed class TransactionCounts
{
    private readonly long[] _byOutcome = new long[Enum.GetValues<TransactionOutcome>().Length];

    /// <summary>The number of all transactions.</summary>
    public long All => _byOutcome.Sum();

    /// <summary>The number of corruptions in the WALs.</summary>
    public long Corruptions { get; set; }

    public long this[TransactionOutcome outcome] => _byOutcome[(int)outcome];

    public void Add(Transaction transaction) => _byOutcome[(int)transaction.Outcome]++;
}
