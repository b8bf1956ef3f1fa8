using WalParser.Compression;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>
/// Decompresses the records of a log, each by itself, and reads the properties of their batches. Uses memory that the garbage collector
/// does not manage, until it is disposed.
/// </summary>
internal sealed class SalvageDecoder(ZstdDictionaries dictionaries, int maxRecordSize) : IDisposable
{
    // The limits of Zstandard: a frame whose content cannot be compressed is longer by 1/256, and by a few bytes for each fragment.
    private const int FrameOverheadFraction = 128;
    private const int FrameOverhead = 1024;

    private readonly RecordBuffer _decompressed = new(maxRecordSize);
    private readonly RecordBuffer _decompressedAgain = new(maxRecordSize);
    private FragmentDecompressor? _decompressor;

    /// <summary>Whether the log declares that its records are compressed.</summary>
    public bool IsCompressed { get; set; }

    /// <summary>
    /// The maximum size of a record as the log stores it, in bytes. A compressed record that fits when it is decompressed can be longer
    /// than its content.
    /// </summary>
    public int MaxStoredSize { get; } =
        (int)Math.Min(Array.MaxLength, maxRecordSize + ((long)maxRecordSize / FrameOverheadFraction) + FrameOverhead);

    /// <summary>
    /// Decompresses a record, if it is compressed, and reads the properties of its batch. A record that is larger than the limit is not
    /// decoded, whether it is compressed or not.
    /// </summary>
    /// <param name="record">The record; on return, the decompressed record, which is valid until the next call.</param>
    /// <param name="mayBeCompressed">
    /// Whether the record may be compressed although the log does not declare it, because the declaration may be lost.
    /// </param>
    /// <param name="batch">The properties of the batch.</param>
    /// <param name="damage">The damage for which the record cannot be decoded; null if it can.</param>
    public bool TryDecode(ref ReadOnlySpan<byte> record, bool mayBeCompressed, out SalvageBatch batch, out Finding? damage)
    {
        batch = default;
        damage = null;
        ReadOnlySpan<byte> stored = record;
        if (IsCompressed && !TryDecompress(ref record, _decompressed, out damage))
        {
            return false;
        }

        if (record.Length > maxRecordSize)
        {
            damage = TooLarge(record.Length, isSizeKnown: true);
            return false;
        }

        batch = SalvageBatch.Of(record);
        if (mayBeCompressed && batch.Damage is not null && ZstdFrameHeader.Begins(stored)
            && TryDecompress(ref stored, _decompressed, out _) && SalvageBatch.Of(stored) is { Damage: null } guessed)
        {
            record = stored;
            batch = guessed;
        }

        return true;
    }

    /// <summary>Decompresses a record that was decompressed before. The last record of <see cref="TryDecode"/> stays valid.</summary>
    public bool TryDecompressAgain(ref ReadOnlySpan<byte> record) => TryDecompress(ref record, _decompressedAgain, out _);

    public void Dispose() => _decompressor?.Dispose();

    private bool TryDecompress(ref ReadOnlySpan<byte> record, RecordBuffer into, out Finding? damage)
    {
        _decompressor ??= new FragmentDecompressor(dictionaries);
        _decompressor.Reset();
        into.Clear();
        damage = _decompressor.Decompress(record, into) switch
        {
            FragmentDecompressor.Outcome.Done => null,
            FragmentDecompressor.Outcome.TooLarge => TooLarge(into.Length + 1L, isSizeKnown: false),
            _ => new Finding { Kind = FindingKind.DecompressionFailed, Detail = _decompressor.Reason },
        };
        record = damage is null ? into.Written : record;
        return damage is null;
    }

    private Finding TooLarge(long size, bool isSizeKnown) => new()
    {
        Kind = FindingKind.RecordTooLarge,
        Detail = FindingTable.TooLarge(size, isSizeKnown, maxRecordSize),
    };
}
