using WalParser.Framing;
using WalParser.Recovery;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>One opening of a database in a recovery mode, by the reader under test and by RocksDB.</summary>
/// <param name="Mode">The recovery mode.</param>
/// <param name="Ours">The result of the reader under test.</param>
/// <param name="Theirs">The result of RocksDB.</param>
/// <param name="Facts">The relevant facts about the WALs.</param>
internal sealed record OpeningComparison(WalRecoveryMode Mode, OpenedDatabase Ours, OpenedDatabase Theirs, WalFacts Facts)
{
    /// <summary>The difference, or null if there is none.</summary>
    public string? Difference { get; } = Ours.DifferenceFrom(Theirs);

    /// <summary>Returns true if RocksDB refuses with the given message and the reader does not report a refusal.</summary>
    public bool RefusesAlone(string words) =>
        Theirs.Outcome == RecoveryOutcome.Refuses
        && Theirs.Reason.Contains(words, StringComparison.Ordinal)
        && Ours.Outcome != RecoveryOutcome.Refuses;

    /// <summary>Whether the database opens in both, with different content.</summary>
    public bool BothOpen => Ours.Outcome == RecoveryOutcome.Opens && Theirs.Outcome == RecoveryOutcome.Opens;
}
