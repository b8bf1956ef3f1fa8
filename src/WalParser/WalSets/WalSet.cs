using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>
/// The WALs of one database in the order of their log numbers, and the ways to read them as one: everything that is there, what
/// RocksDB would recover, the updates since a sequence number. Immutable; any number of readers, on any threads, may be at work on
/// it at once. Nothing that is read is locked or changed.
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

    /// <summary>A set of WALs that are at hand already.</summary>
    /// <param name="files">The WALs, in order.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="folder">The folder that they are all of, if its MANIFEST is to be heeded; null to take the WALs for themselves.</param>
    public WalSet(IEnumerable<WalFile> files, WalSetOptions? options = null, DatabaseFolder? folder = null)
        : this([.. files], folder, options)
    {
    }

    /// <summary>The WALs of a folder that was opened already.</summary>
    public WalSet(DatabaseFolder folder, WalSetOptions? options = null)
        : this((folder ?? throw new ArgumentNullException(nameof(folder))).Wals, folder, options)
    {
    }

    /// <summary>The WALs, in order.</summary>
    public IReadOnlyList<WalFile> Files { get; }

    /// <summary>The folder that they lie in; null if the set was made from single files.</summary>
    public DatabaseFolder? Folder { get; }

    /// <summary>Opens a set.</summary>
    /// <param name="path">A DB folder, a folder with WALs only, or a single WAL.</param>
    /// <param name="options">How the WALs are read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">There is no such folder or file, or it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static async Task<WalSet> OpenAsync(string path, WalSetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(path);
        return File.Exists(path)
            ? new WalSet([new WalFile(path)], options)
            : new WalSet(await DatabaseFolder.OpenAsync(path, cancellationToken).ConfigureAwait(false), options);
    }

    /// <summary>
    /// The forensic view: all records of all WALs, good and damaged, also of those that RocksDB would no longer look at.
    /// </summary>
    public WalSetReader OpenReader() => ReadFrom(0, isFirst: true);

    /// <summary>An iterator over the batches, from any sequence number on.</summary>
    public WalUpdates OpenIterator() => new(this);

    /// <summary>Reads all WALs and tells which sequence numbers lie in which, and where they do not continue each other.</summary>
    /// <param name="progress">Is told with each record how far it has come.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<SequenceMap> MapSequencesAsync(IProgress<WalSetProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        await using WalSetReader reader = OpenReader();
        return await SequenceMap.ReadAsync(reader, progress, cancellationToken).ConfigureAwait(false);
    }

    internal WalSetReader OpenReaderIn(WalRecoveryMode mode) =>
        new(new WalList(Files), ReaderOptions(mode), new PredecessorCheck(MinLogNumber, isFirst: true));

    internal WalSetReader ReadFrom(int start, bool isFirst) =>
        new(new WalList(Files, start), ReaderOptions(_options.Mode), new PredecessorCheck(MinLogNumber, isFirst));

    /// <summary>The index of the newest WAL whose first batch does not begin behind <paramref name="sequence"/>; 0 if there is none.</summary>
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

    internal WalReaderOptions ReaderOptions(WalRecoveryMode mode) =>
        new() { RecoveryMode = mode, MaxRecordSize = _options.MaxRecordSize, Dictionaries = _options.Dictionaries, DecompressCopies = true };
}
