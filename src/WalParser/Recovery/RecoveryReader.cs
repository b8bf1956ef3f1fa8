using WalParser.Databases;
using WalParser.Framing;
using WalParser.WalSets;

namespace WalParser.Recovery;

/// <summary>
/// Reads the part of a database's WALs that RocksDB would replay when it opens the database: <see cref="Open"/>. The entries are those of
/// any <see cref="WalSetReader"/>; if recovery skips a part, stops, resumes or is refused, a finding among the entries reports it. If
/// recovery is refused, the entries before that finding are those that RocksDB replays before it fails to open the database.
/// </summary>
public sealed class RecoveryReader : WalSetReader
{
    private readonly RecoveryRules _rules;

    private RecoveryReader(
        WalSource source,
        WalReaderOptions options,
        PredecessorCheck predecessors,
        ComparatorTimestamps? comparators,
        RecoveryRules rules)
        : base(source, options, predecessors, comparators, rules) => _rules = rules;

    /// <summary>
    /// Opens the recovery view of a set: the records that RocksDB would replay when it opens the database. A set that was not created from
    /// a folder is recovered without a MANIFEST: no WAL is obsolete, and the data of no column family is in table files.
    /// </summary>
    /// <param name="set">The set.</param>
    /// <param name="mode">
    /// The recovery mode; by default the mode in the folder's newest OPTIONS file, or else point-in-time recovery, which is RocksDB's
    /// default.
    /// </param>
    public static RecoveryReader Open(WalSet set, WalRecoveryMode? mode = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        WalRecoveryMode chosen = mode ?? set.Folder?.Options?.RecoveryMode ?? WalRecoveryMode.PointInTimeRecovery;
        return new RecoveryReader(
            new WalList([.. set.Files.Select(file => file.LiveCopy ?? file)]),
            set.ReaderOptions(chosen),
            new PredecessorCheck(set.MinLogNumber, isFirst: true),
            set.Comparators,
            new RecoveryRules(chosen, set.Folder));
    }

    /// <summary>The mode in which the database recovers.</summary>
    public WalRecoveryMode Mode => _rules.Mode;

    /// <summary>Whether RocksDB would refuse to open the database. Final when reading has reached the end.</summary>
    public bool IsRefused => _rules.IsRefused;

    /// <summary>Whether recovery stopped before the end of the WALs and did not resume. Final when reading has reached the end.</summary>
    public bool IsStopped => _rules.IsStopped;

    /// <summary>
    /// Returns whether operations on a column family are replayed from the current WAL: the family was not dropped, and its data was not
    /// written to table files afterward. Without a MANIFEST, operations on all families are replayed.
    /// </summary>
    /// <param name="columnFamily">The id of the column family.</param>
    /// <exception cref="InvalidOperationException">No WAL is being read.</exception>
    public bool IsReplayed(uint columnFamily) => _rules.IsReplayed(columnFamily, File);
}
