using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Writing;

/// <summary>What a <see cref="LogWriter"/> may be told. The defaults are RocksDB's.</summary>
public sealed record LogWriterOptions
{
    /// <summary>
    /// The log's number. A writer opened by path takes it from the file's name (<c>000010.log</c>) when it is absent; it must be known if the log is
    /// recyclable.
    /// </summary>
    public ulong? LogNumber { get; init; }

    /// <summary>Whether each fragment carries the log's number, so that the file can later be used again (RocksDB, <c>recycle_log_file_num</c>).</summary>
    public bool IsRecyclable { get; init; }

    /// <summary>
    /// Whether records are compressed: <see cref="CompressionType.None"/>, or <see cref="CompressionType.Zstd"/>, the only other that RocksDB defines for
    /// logs. The frames are valid, but nothing more: bytes are stored as they are, and runs of a same byte are shortened.
    /// </summary>
    public CompressionType Compression { get; init; }

    /// <summary>
    /// The sizes in bytes of the timestamps at the end of the keys, by column family, declared before the first record, in this order. More can be
    /// declared later: <see cref="LogWriter.WriteTimestampSizes"/>.
    /// </summary>
    public IReadOnlyCollection<KeyValuePair<uint, int>> TimestampSizes { get; init; } = [];

    /// <summary>What is said of the log before this one (RocksDB 10.0 and later, <c>track_and_verify_wals</c>); nothing by default.</summary>
    public PredecessorWalInfo? Predecessor { get; init; }

    internal void Validate()
    {
        if (Compression is not (CompressionType.None or CompressionType.Zstd))
        {
            throw new ArgumentOutOfRangeException(nameof(Compression), Compression, "RocksDB defines no such compression for logs.");
        }

        if (IsRecyclable && LogNumber is null)
        {
            throw new ArgumentException("A recyclable log has a number.", nameof(LogNumber));
        }

        ArgumentNullException.ThrowIfNull(TimestampSizes);
        TimestampDeclaration.Encode(TimestampSizes, [], IsRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize);
    }
}
