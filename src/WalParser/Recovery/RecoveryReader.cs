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
    /// <param name="release">The release of RocksDB whose rules are applied; by default the newest.</param>
    public static RecoveryReader Open(WalSet set, WalRecoveryMode? mode = null, RocksDbRelease release = RocksDbRelease.V11)
    {
        ArgumentNullException.ThrowIfNull(set);
        WalRecoveryMode chosen = mode ?? set.Folder?.Options?.RecoveryMode ?? WalRecoveryMode.PointInTimeRecovery;
        if (!Enum.IsDefined(release))
        {
            throw new ArgumentOutOfRangeException(nameof(release), release, "Not a release of RocksDB.");
        }

        var rules = new RecoveryRules(chosen, set.Folder, release);
        return new RecoveryReader(
            new WalList([.. set.Files.Select(file => file.LiveCopy ?? file)]),
            set.ReaderOptions(chosen) with { Emulation = rules.Emulation },
            new PredecessorCheck(set.MinLogNumber, isFirst: true),
            set.Comparators,
            rules);
    }

    /// <summary>The mode in which the database recovers.</summary>
    public WalRecoveryMode Mode => _rules.Mode;

    /// <summary>
    /// What RocksDB does when it opens the database, and the last sequence number after that. Final when reading has reached the end.
    /// </summary>
    public RecoveryResult Result => _rules.Result;

    /// <summary>
    /// Whether RocksDB would not open the database: it refuses, loops forever or crashes. Final when reading has reached the end.
    /// </summary>
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
