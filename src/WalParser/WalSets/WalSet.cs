using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>
/// The WALs of one database in the order of their log numbers, and the ways to read them as one: everything that they contain, and the
/// updates since a sequence number. <c>RecoveryReader</c> in <c>WalParser.Recovery</c> reads the part that RocksDB would recover.
/// Immutable; any number of readers may read it concurrently, on any threads. Files are neither locked nor changed.
/// </summary>
public sealed partial class WalSet
{
    private readonly WalSetOptions _options;
    private readonly FirstSequences _firstSequences;

    private WalSet(IReadOnlyList<WalFile> files, DatabaseFolder? folder, WalSetOptions? options)
    {
        Files = files;
        Folder = folder;
        _options = options ?? new WalSetOptions();
        _firstSequences = new FirstSequences(files);
    }

    /// <summary>Creates a set from existing WALs.</summary>
    /// <param name="files">The WALs, in order.</param>
    /// <param name="options">The options for reading; null for the defaults.</param>
    /// <param name="folder">The folder that contains all the WALs, to apply its MANIFEST; null to ignore the MANIFEST.</param>
    public WalSet(IEnumerable<WalFile> files, WalSetOptions? options = null, DatabaseFolder? folder = null)
        : this([.. files], folder, options)
    {
    }

    /// <summary>Creates a set from the WALs of an open folder.</summary>
    public WalSet(DatabaseFolder folder, WalSetOptions? options = null)
        : this((folder ?? throw new ArgumentNullException(nameof(folder))).Wals, folder, options)
    {
    }

    /// <summary>The WALs, in order.</summary>
    public IReadOnlyList<WalFile> Files { get; }

    /// <summary>The folder that contains the WALs; null if the set was created from single files.</summary>
    public DatabaseFolder? Folder { get; }

    /// <summary>Opens a set.</summary>
    /// <param name="path">The path of a DB folder, of a folder that contains only WALs, or of a single WAL.</param>
    /// <param name="options">The options for reading; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the reading.</param>
    /// <exception cref="IOException">The folder or file does not exist, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or file may not be read.</exception>
    public static async Task<WalSet> OpenAsync(string path, WalSetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return File.Exists(path)
            ? new WalSet([new WalFile(path)], options)
            : new WalSet(await DatabaseFolder.OpenAsync(path, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>
    /// Opens a reader for the forensic view: all records of all WALs, valid and damaged, including those that RocksDB would no longer read.
    /// </summary>
    public WalSetReader OpenReader() => ReadFrom(0, isFirst: true);

    /// <summary>Opens an iterator over the batches, which starts at any sequence number.</summary>
    public WalUpdates OpenIterator() => new(this);

    internal WalSetReader OpenReaderIn(WalRecoveryMode mode) =>
        new(new WalList(Files), ReaderOptions(mode), new PredecessorCheck(MinLogNumber, isFirst: true), Comparators);

    internal WalSetReader ReadFrom(int start, bool isFirst) =>
        new(new WalList(Files, start), ReaderOptions(_options.Mode), new PredecessorCheck(MinLogNumber, isFirst), Comparators);

    /// <summary>
    /// Returns the index of the newest WAL whose first batch begins at or before <paramref name="sequence"/>; 0 if there is none.
    /// </summary>
    internal async ValueTask<int> FindStartAsync(ulong sequence, CancellationToken cancellationToken)
    {
        for (int i = Files.Count - 1; i > 0; i--)
        {
            if (await _firstSequences.GetAsync(i, ReaderOptions(_options.Mode), cancellationToken).ConfigureAwait(false) <= sequence)
            {
                return i;
            }
        }

        return 0;
    }

    internal ulong? MinLogNumber => Folder?.MinLogNumber;

    /// <summary>The column families whose comparators end keys in a timestamp; null if none is known. A new instance a reader.</summary>
    internal ComparatorTimestamps? Comparators => ComparatorTimestamps.Of(_options.Manifest ?? Folder?.Manifest);

    internal WalReaderOptions ReaderOptions(WalRecoveryMode mode) => new()
    {
        RecoveryMode = mode,
        MaxRecordSize = _options.MaxRecordSize,
        MaxCopySize = _options.MaxCopySize,
        Dictionaries = _options.Dictionaries,
        DecompressCopies = true,
    };
}
