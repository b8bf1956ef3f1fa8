using WalParser.Framing;
using WalParser.WalSets;

namespace WalParser.Recovery;

/// <summary>
/// Reads what RocksDB would replay from the WALs of a database when it opens it: <see cref="Open"/>. Entries come as from any
/// <see cref="WalSetReader"/>; where recovery passes something over, stops, resumes or is refused, that is a problem among them. Where it is refused,
/// the entries before that are what had been replayed until then; RocksDB gives the database up.
/// </summary>
public sealed class RecoveryReader : WalSetReader
{
    private readonly RecoveryRules _rules;

    private RecoveryReader(WalSource source, WalReaderOptions options, PredecessorCheck predecessors, RecoveryRules rules)
        : base(source, options, predecessors, rules) => _rules = rules;

    /// <summary>
    /// Opens the recovery view of a set: what RocksDB would replay on opening the database. A set that was not made from a folder is recovered
    /// without a MANIFEST: no WAL is obsolete, and no column family's data is in table files.
    /// </summary>
    /// <param name="set">The set.</param>
    /// <param name="mode">
    /// The recovery mode; by default the one in the folder's newest OPTIONS file, or else point-in-time recovery, RocksDB's default.
    /// </param>
    public static RecoveryReader Open(WalSet set, WalRecoveryMode? mode = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        WalRecoveryMode chosen = mode ?? set.Folder?.Options?.RecoveryMode ?? WalRecoveryMode.PointInTimeRecovery;
        return new RecoveryReader(
            new WalList([.. set.Files.Select(file => file.LiveCopy ?? file)]),
            set.ReaderOptions(chosen),
            new PredecessorCheck(set.MinLogNumber, isFirst: true),
            new RecoveryRules(chosen, set.Folder));
    }

    /// <summary>The mode in which the database recovers.</summary>
    public WalRecoveryMode Mode => _rules.Mode;

    /// <summary>Whether RocksDB would refuse to open the database. Known once reading has come to the end.</summary>
    public bool IsRefused => _rules.IsRefused;

    /// <summary>Whether recovery stopped before the end of the WALs, and did not resume. Known once reading has come to the end.</summary>
    public bool IsStopped => _rules.IsStopped;

    /// <summary>
    /// Whether operations on a column family are replayed from the WAL that is being read: the family was not dropped, and its data was not written to table
    /// files since. Without a MANIFEST, all are.
    /// </summary>
    /// <param name="columnFamily">The column family's id.</param>
    /// <exception cref="InvalidOperationException">No WAL is being read.</exception>
    public bool IsReplayed(uint columnFamily) => _rules.IsReplayed(columnFamily, File);
}
