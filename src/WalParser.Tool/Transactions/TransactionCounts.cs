using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>How many transactions there were of each outcome, and how much damage.</summary>
internal sealed class TransactionCounts
{
    private readonly long[] _byOutcome = new long[Enum.GetValues<TransactionOutcome>().Length];

    /// <summary>How many there were in all.</summary>
    public long All => _byOutcome.Sum();

    /// <summary>How many corruptions there were in the logs.</summary>
    public long Corruptions { get; set; }

    public long this[TransactionOutcome outcome] => _byOutcome[(int)outcome];

    public void Add(Transaction transaction) => _byOutcome[(int)transaction.Outcome]++;
}
