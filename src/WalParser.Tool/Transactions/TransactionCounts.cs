using WalParser.Findings;
using WalParser.Transactions;

namespace WalParser.Tool.Transactions;

/// <summary>Counts transactions by their outcomes, and the findings.</summary>
internal sealed class TransactionCounts
{
    private readonly long[] _byOutcome = new long[Enum.GetValues<TransactionOutcome>().Length];

    /// <summary>The number of all transactions.</summary>
    public long All => _byOutcome.Sum();

    /// <summary>The number of findings that are more serious than notes.</summary>
    public long Findings { get; private set; }

    public long this[TransactionOutcome outcome] => _byOutcome[(int)outcome];

    public void Add(Finding finding) => Findings += finding.Severity == FindingSeverity.Note ? 0 : 1;

    public void Add(Transaction transaction) => _byOutcome[(int)transaction.Outcome]++;
}
