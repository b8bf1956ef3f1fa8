using System.Globalization;
using System.Text.RegularExpressions;
using WalParser.Framing;
using WalParser.RocksDb.Tests.Comparison;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>
/// The known mismatches. The list can only shrink: a test fails when one of them no longer occurs on its specimens. Each is recognized by
/// the message of RocksDB's refusal or, if RocksDB opens the database, by the facts about the WALs and the report of the reader.
/// </summary>
internal static partial class KnownMismatches
{
    public static IReadOnlyList<KnownMismatch> All { get; } =
    [
        new(
            "case 01: RocksDB refuses sequence numbers that are set back",
            ["01-sequence-set-back", "01b-sequence-set-back-between-logs"],
            opening => opening.RefusesAlone("Sequence number is being set backwards during recovery")),
        new(
            "case 02: an empty range deletion takes no sequence number in recovery",
            ["02-empty-delete-range-takes-no-number"],
            IsShiftedByEmptyRanges),
        new(
            "case 03: a reversed range deletion is damage",
            ["03-reversed-delete-range"],
            opening => opening.RefusesAlone("end key comes before start key") || (opening.BothOpen && opening.Facts.HasReversedRange)),
        new(
            "case 04: a prepared section in a database without two-phase commits",
            ["04-prepared-section-in-plain-db"],
            opening => opening.RefusesAlone("WAL contains prepared transactions. Open with TransactionDB::Open().")
                || (opening.BothOpen && opening.Facts is { HasPreparedSection: true, AllowsTwoPhaseCommit: false })),
        new(
            "case 06: in skip-any-corrupted, damage within a fragmented record makes the next fragmented record fail",
            ["06-skip-mode-fragmented-record"],
            opening => opening.Mode == WalRecoveryMode.SkipAnyCorruptedRecords
                && opening.Facts.HasDamage
                && opening.RefusesAlone("Write batch content corrupted.")),
        new(
            "case 07: RocksDB takes one byte of the compression type",
            ["07-compression-type-high-bits"],
            opening => opening.Theirs.Outcome == RecoveryOutcome.Opens
                && int.TryParse(CompressionType().Match(opening.Ours.Reason).Groups[1].Value, CultureInfo.InvariantCulture, out int type)
                && type > byte.MaxValue),
        new(
            "case 13: RocksDB reads past damage to a fragment on which it loops",
            ["13-hang-behind-damage"],
            opening => opening.Theirs.Outcome == RecoveryOutcome.Loops && opening.Facts is { HasDamage: true, HasEndlessFragment: true }),
        new(
            "case 14: ignorable types 132 to 137 are RocksDB's own codes",
            ["14-type-132"],
            opening => opening.BothOpen && opening.Facts.HasCollidingType),
        new(
            "case 17: paranoid_checks=false skips damage",
            ["17-paranoid-checks-off"],
            opening => opening.Theirs.Outcome == RecoveryOutcome.Opens && opening.Facts is { HasDamage: true, IsParanoid: false }),
        new(
            "case 23: after a mismatch of predecessors, RocksDB takes the predecessor for the corrupted log",
            ["23-predecessor-corrupted-log-number"],
            opening => Predecessor().IsMatch(opening.Ours.Reason)
                && (opening.RefusesAlone("SST file contains data beyond the point of corruption in CF")
                    || (opening.Theirs.Outcome == RecoveryOutcome.Opens
                        && opening.Ours.Outcome == RecoveryOutcome.Refuses
                        && opening.Ours.Reason.Contains("SST file is ahead of WALs", StringComparison.Ordinal)))),
        new(
            "not in issue 13: the rollback of a write-prepared transaction writes values back whose own writes were lost",
            ["rollback-writes-back"],
            opening => opening.BothOpen
                && opening.Ours.LastSequence == opening.Theirs.LastSequence
                && opening.Ours.KeysThatDifferFrom(opening.Theirs) is { Count: > 0 } keys
                && keys.IsSubsetOf(opening.Facts.UndoneKeys)),
    ];

    /// <summary>Mismatches that are errors of RocksDB and remain: the reader reports what was committed.</summary>
    public static IReadOnlyList<KnownMismatch> OfRocksDb { get; } =
    [
        // The rollback that RocksDB writes on opening is in no commit map. It is visible anyway if no transaction is left prepared.
        new(
            "RocksDB: unprepared data becomes visible on opening if another transaction is left prepared",
            ["unprepared-becomes-visible"],
            opening => opening.BothOpen
                && opening.Ours.LastSequence == opening.Theirs.LastSequence
                && opening.Theirs.Prepared > 0
                && opening.Ours.KeysThatDifferFrom(opening.Theirs) is { Count: > 0 } keys
                && keys.Overlaps(opening.Facts.UnpreparedKeys)
                && keys.All(key => opening.Facts.UnpreparedKeys.Contains(key) || opening.Facts.UndoneKeys.Contains(key))),
    ];

    /// <summary>Returns the first known mismatch that explains a difference, or null if there is none.</summary>
    public static KnownMismatch? Explain(OpeningComparison comparison) =>
        All.Concat(OfRocksDb).FirstOrDefault(known => known.Explains(comparison));

    /// <summary>
    /// Returns true if the sequence number that the reader expects is greater than RocksDB's, by no more than the number of empty range
    /// deletions.
    /// </summary>
    private static bool IsShiftedByEmptyRanges(OpeningComparison opening)
    {
        if (!opening.BothOpen || opening.Facts.EmptyRanges == 0)
        {
            return false;
        }

        ulong most = (ulong)opening.Facts.EmptyRanges;
        Match stop = Resumption().Match(opening.Ours.Reason);
        return stop.Success
            ? Number(stop, 1) < Number(stop, 2) && Number(stop, 2) - Number(stop, 1) <= most
            : opening.Ours.LastSequence > opening.Theirs.LastSequence && opening.Ours.LastSequence - opening.Theirs.LastSequence <= most;
    }

    private static ulong Number(Match match, int group) => ulong.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("could not decode SetCompressionType record, compression type ([0-9]+) is not defined")]
    private static partial Regex CompressionType();

    [GeneratedRegex("says that its predecessor|its predecessor is missing")]
    private static partial Regex Predecessor();

    [GeneratedRegex("it begins with sequence number ([0-9]+), and recovery stopped in .* before ([0-9]+)")]
    private static partial Regex Resumption();
}
