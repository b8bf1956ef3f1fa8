using WalParser.Framing;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>One opening of a database in a recovery mode, as we see it and as RocksDB does it.</summary>
/// <param name="Mode">The recovery mode.</param>
/// <param name="Ours">What the reader under test says.</param>
/// <param name="Theirs">What RocksDB does.</param>
/// <param name="Facts">What the WALs contain.</param>
internal sealed record OpeningComparison(WalRecoveryMode Mode, RecoveryResult Ours, RecoveryResult Theirs, WalFacts Facts)
{
    /// <summary>How they differ; null if they do not.</summary>
    public string? Difference { get; } = Ours.DifferenceFrom(Theirs);

    /// <summary>Whether RocksDB refuses with these words, and we do not say that it refuses.</summary>
    public bool RefusesAlone(string words) =>
        Theirs.Outcome == RecoveryOutcome.Refuses
        && Theirs.Reason.Contains(words, StringComparison.Ordinal)
        && Ours.Outcome != RecoveryOutcome.Refuses;

    /// <summary>Whether both say that it opens, and differ in what it then holds.</summary>
    public bool BothOpen => Ours.Outcome == RecoveryOutcome.Opens && Theirs.Outcome == RecoveryOutcome.Opens;
}
