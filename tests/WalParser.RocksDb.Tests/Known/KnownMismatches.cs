using WalParser.RocksDb.Tests.Comparison;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>
/// The known mismatches: errors of the reader that are not mended yet, of which there is none, errors of RocksDB that it does not repeat,
/// and what depends on how the database is opened and not on its files. A test fails when one of them no longer occurs on its specimens. Each is recognized by the facts about the WALs and both
/// results.
/// </summary>
internal static class KnownMismatches
{
    /// <summary>Mismatches that are errors of the reader.</summary>
    public static IReadOnlyList<KnownMismatch> All { get; } = [];

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

    /// <summary>Mismatches for which the files do not suffice: RocksDB knows more from the options with which it is opened.</summary>
    public static IReadOnlyList<KnownMismatch> OfOpening { get; } =
    [
        // The write policy is in no file. A section in a WAL shows it; without one, the reader takes the default policy for granted.
        new(
            "Opening: the marks of transactions take numbers in a write-prepared or write-unprepared database, which no batch shows",
            ["unproven-numbering"],
            opening => opening.BothOpen
                && !opening.Facts.HasPreparedSection
                && opening.Theirs.LastSequence > opening.Ours.LastSequence
                && opening.Theirs.LastSequence - opening.Ours.LastSequence <= (ulong)opening.Facts.EndMarks
                && opening.Ours.Prepared == opening.Theirs.Prepared
                && opening.Ours.KeysThatDifferFrom(opening.Theirs).Count == 0),
    ];

    /// <summary>All known mismatches.</summary>
    public static IEnumerable<KnownMismatch> Listed => All.Concat(OfRocksDb).Concat(OfOpening);

    /// <summary>Returns the first known mismatch that explains a difference, or null if there is none.</summary>
    public static KnownMismatch? Explain(OpeningComparison comparison) =>
        Listed.FirstOrDefault(known => known.Explains(comparison));
}
