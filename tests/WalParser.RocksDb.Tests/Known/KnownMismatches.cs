using WalParser.RocksDb.Tests.Comparison;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>
/// The known mismatches: errors of the reader that are not mended yet, of which there is none, and errors of RocksDB that it does not
/// repeat. A test fails when one of them no longer occurs on its specimens. Each is recognized by the facts about the WALs and both
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

    /// <summary>Returns the first known mismatch that explains a difference, or null if there is none.</summary>
    public static KnownMismatch? Explain(OpeningComparison comparison) =>
        All.Concat(OfRocksDb).FirstOrDefault(known => known.Explains(comparison));
}
