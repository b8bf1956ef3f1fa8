using System.Globalization;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Manifests;

/// <summary>
/// Reads the edits of a MANIFEST, and the damage between them, in file order. A MANIFEST has the framing of a WAL. This reader applies
/// the rules of RocksDB: checksums are verified, the file is never recycled (log number 0), and a torn end, which a crash during a
/// write leaves, is not damage but the end of the file (<see cref="End"/>). After damage, RocksDB stops reading and refuses to open the
/// database; this reader continues.
/// Memory is bounded by the largest edit. The reader does not write to, lock or rename the file. An instance is not safe for concurrent
/// use by multiple threads; a read that is begun while another is pending throws an <see cref="InvalidOperationException"/>.
/// </summary>
public sealed class ManifestReader : IAsyncDisposable
{
    private readonly WalReader _records;
    private ExclusiveUse _use;
    private VersionEdit? _edit;

    private ManifestReader(WalReader records) => _records = records;

    /// <summary>The kind of the entry that the last read returned.</summary>
    public ManifestEntryKind Kind { get; private set; }

    /// <summary>The edit that was read. It remains valid.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="ManifestEntryKind.Edit"/>.</exception>
    public VersionEdit Edit => Kind == ManifestEntryKind.Edit ? _edit! : throw NotAt(ManifestEntryKind.Edit);

    /// <summary>The damage that was found.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="ManifestEntryKind.Finding"/>.</exception>
    public Finding Finding =>
        Kind == ManifestEntryKind.Finding ? _records.Finding! : throw NotAt(ManifestEntryKind.Finding);

    /// <summary>The offset in the MANIFEST, in bytes, of the entry that was read; after the last read, of the end.</summary>
    public long Offset => Kind switch
    {
        ManifestEntryKind.Edit => _edit!.Offset,
        ManifestEntryKind.Finding => _records.Finding!.Offset,
        _ => _records.End?.Offset ?? 0,
    };

    /// <summary>The position at which the MANIFEST ended, and the reason; null until a read returns false.</summary>
    public WalEnd? End => _records.End;

    /// <summary>
    /// The note that the MANIFEST ends within an edit, as after a crash; null if it does not, or until a read returns false. RocksDB
    /// ignores such an end.
    /// </summary>
    public Finding? TornEnd =>
        End is { Reason: WalEndReason.TruncatedHeader or WalEndReason.TruncatedBody or WalEndReason.IncompleteRecord } end
            ? new Finding
            {
                Kind = FindingKind.TornManifest,
                Reason = string.Create(CultureInfo.InvariantCulture, $"ends within the edit at offset {end.Offset}, which RocksDB ignores"),
            }
            : null;

    /// <summary>The offset past the bytes that were examined so far, in bytes; useful to show progress.</summary>
    public long Position => _records.Position;

    /// <summary>Opens a MANIFEST, which a running server may be using, or a compressed copy of one.</summary>
    /// <param name="path">The path of the file, such as <c>MANIFEST-000005</c>.</param>
    /// <param name="maxEditSize">The size of the largest edit that is read, in bytes. A larger edit is reported and skipped.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maxEditSize"/> is less than 1, or greater than the maximum length of an array.
    /// </exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or it is a folder.</exception>
    public static ManifestReader Open(string path, int maxEditSize = WalReaderOptions.DefaultMaxRecordSize)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new ManifestReader(WalReader.Open(path, OptionsFor(maxEditSize)));
    }

    /// <summary>
    /// Reads a MANIFEST from a stream, from its current position; offsets are relative to it. The stream need not be seekable.
    /// </summary>
    /// <param name="stream">The stream.</param>
    /// <param name="maxEditSize">The size of the largest edit that is read, in bytes. A larger edit is reported and skipped.</param>
    /// <param name="leaveOpen">Whether the stream is left open when the reader is disposed.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="maxEditSize"/> is less than 1, or greater than the maximum length of an array.
    /// </exception>
    public static ManifestReader Create(Stream stream, int maxEditSize = WalReaderOptions.DefaultMaxRecordSize, bool leaveOpen = false)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new ManifestReader(WalReader.Create(stream, OptionsFor(maxEditSize) with { DecompressCopies = true }, leaveOpen));
    }

    /// <summary>
    /// Reads the next edit or finding; <see cref="Kind"/> specifies which. Returns false at the end; <see cref="End"/> then states the
    /// reason.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for input. It is not observed while input is available.</param>
    /// <exception cref="InvalidOperationException">Another read is pending.</exception>
    /// <exception cref="OperationCanceledException">The wait for input was canceled; reading may continue.</exception>
    /// <exception cref="IOException">The input failed.</exception>
    public async ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        _use.Enter();
        try
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
                    case WalEntryKind.Finding:
                        Kind = ManifestEntryKind.Finding;
                        return true;
                }
            }

            return false;
        }
        finally
        {
            _use.Exit();
        }
    }

    /// <summary>Closes the input and returns the buffers.</summary>
    public ValueTask DisposeAsync() => _records.DisposeAsync();

    private static WalReaderOptions OptionsFor(int maxEditSize) => new()
    {
        // The options of VersionSet::Recover in db/version_set.cc: checksums, log number 0, and the default mode of ReadRecord.
        LogNumber = 0,
        RecoveryMode = WalRecoveryMode.TolerateCorruptedTailRecords,
        MaxRecordSize = maxEditSize,
    };

    private InvalidOperationException NotAt(ManifestEntryKind kind) => new($"The reader is at {Kind}, not at {kind}.");
}
