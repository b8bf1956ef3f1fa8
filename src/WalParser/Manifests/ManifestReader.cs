using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Manifests;

/// <summary>
/// Reads the edits of a MANIFEST, and the damage between them, in the order in which they lie. A MANIFEST has the framing of
/// a WAL and is read as RocksDB reads it: with its checksums, never recycled (log number 0), and a torn end, which a crash while
/// writing leaves, is no damage but only the end (<see cref="End"/>). Behind damage RocksDB reads no further and refuses the
/// database; here reading goes on.
/// Memory is bounded by the largest edit. Nothing is written to, locked or renamed. An instance is not safe for use by several
/// threads at once.
/// </summary>
public sealed class ManifestReader : IAsyncDisposable
{
    private readonly WalReader _records;
    private VersionEdit? _edit;

    private ManifestReader(WalReader records) => _records = records;

    /// <summary>What the last read has brought.</summary>
    public ManifestEntryKind Kind { get; private set; }

    /// <summary>The edit that was read; it stays valid.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="ManifestEntryKind.Edit"/>.</exception>
    public VersionEdit Edit => Kind == ManifestEntryKind.Edit ? _edit! : throw NotAt(ManifestEntryKind.Edit);

    /// <summary>The damage that was met.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="ManifestEntryKind.Corruption"/>.</exception>
    public Finding Corruption => Kind == ManifestEntryKind.Corruption ? _records.Corruption! : throw NotAt(ManifestEntryKind.Corruption);

    /// <summary>Offset in the MANIFEST, in bytes, of what the last read has brought; behind the last read, of its end.</summary>
    public long Offset => Kind switch
    {
        ManifestEntryKind.Edit => _edit!.Offset,
        ManifestEntryKind.Corruption => _records.Corruption!.Offset,
        _ => _records.End?.Offset ?? 0,
    };

    /// <summary>Where and why the MANIFEST ended; null until a read has returned false.</summary>
    public WalEnd? End => _records.End;

    /// <summary>Offset behind what was looked at so far, in bytes; for showing progress.</summary>
    public long Position => _records.Position;

    /// <summary>Opens a MANIFEST, which may be in use by a running server, or a compressed copy of one.</summary>
    /// <param name="path">The path of the file, as <c>MANIFEST-000005</c>.</param>
    /// <param name="maxEditSize">The largest edit that is read, in bytes. A larger one is reported and passed over.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxEditSize"/> is less than 1, or more than an array can have.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a folder.</exception>
    public static ManifestReader Open(string path, int maxEditSize = WalReaderOptions.DefaultMaxRecordSize)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new ManifestReader(WalReader.Open(path, OptionsFor(maxEditSize)));
    }

    /// <summary>Reads a MANIFEST from a stream, from where it stands; offsets count from there. The stream may be any: it is not sought.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="maxEditSize">The largest edit that is read, in bytes. A larger one is reported and passed over.</param>
    /// <param name="leaveOpen">Whether the stream is left open when the reader is disposed.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxEditSize"/> is less than 1, or more than an array can have.</exception>
    public static ManifestReader Create(Stream stream, int maxEditSize = WalReaderOptions.DefaultMaxRecordSize, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new ManifestReader(WalReader.Create(stream, OptionsFor(maxEditSize) with { DecompressCopies = true }, leaveOpen));
    }

    /// <summary>
    /// Reads on to the next edit or corruption; <see cref="Kind"/> says which. False at the end, where <see cref="End"/> says why.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for input. It is not looked at while there is no wait.</param>
    /// <exception cref="OperationCanceledException">The wait for input was cancelled; reading may go on.</exception>
    /// <exception cref="IOException">The input failed.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        Kind = ManifestEntryKind.None;
        while (await _records.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            switch (_records.Kind)
            {
                case WalEntryKind.Record:
                    _edit = VersionEdit.Read(_records.Record.Payload, _records.Record.Offset);
                    Kind = ManifestEntryKind.Edit;
                    return true;
                case WalEntryKind.Corruption:
                    Kind = ManifestEntryKind.Corruption;
                    return true;
            }
        }

        return false;
    }

    /// <summary>Closes the input and gives the buffers back.</summary>
    public ValueTask DisposeAsync() => _records.DisposeAsync();

    private static WalReaderOptions OptionsFor(int maxEditSize) => new()
    {
        // VersionSet::Recover in db/version_set.cc: checksums, log number 0, and ReadRecord's default mode.
        LogNumber = 0,
        RecoveryMode = WalRecoveryMode.TolerateCorruptedTailRecords,
        MaxRecordSize = maxEditSize,
    };

    private InvalidOperationException NotAt(ManifestEntryKind kind) => new($"The reader is at {Kind}, not at {kind}.");
}
