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
    /// How records are compressed (RocksDB, <c>wal_compression</c>): <see cref="CompressionType.None"/>, or
    /// <see cref="CompressionType.Zstd"/>, the only other type that RocksDB defines for logs.
    /// </summary>
    public CompressionType CompressionType { get; init; }

    /// <summary>
    /// The Zstandard level of a compressed log: 1 (fast) to 22 (small), or a negative level, which is faster still and compresses less; 0
    /// stands for 3. RocksDB writes its logs at level 3. Every level gives frames that RocksDB reads. A writer holds native memory for the
    /// level and its longest record so far: for records of some kilobytes less than 2 MB at each level; for records of many megabytes about
    /// 4 MB at level 3, 100 MB at level 19, and 900 MB at level 22. It has no effect on a log that is not compressed.
    /// </summary>
    public int CompressionLevel { get; init; } = 3;

    /// <summary>
    /// The sizes in bytes of the timestamps at the end of the keys, by column family, declared before the first record, in this order. More can be
    /// declared later: <see cref="LogWriter.WriteTimestampSizes"/>.
    /// </summary>
    public IReadOnlyCollection<KeyValuePair<uint, int>> TimestampSizes { get; init; } = [];

    /// <summary>What is said of the log before this one (RocksDB 10.0 and later, <c>track_and_verify_wals</c>); nothing by default.</summary>
    public PredecessorWalInfo? Predecessor { get; init; }

    internal void Validate()
    {
        if (CompressionType is not (CompressionType.None or CompressionType.Zstd))
        {
            throw new ArgumentOutOfRangeException(nameof(CompressionType), CompressionType, "RocksDB defines no such compression for logs; choose None or Zstd.");
        }

        if (CompressionLevel < ZstdCompressor.MinLevel || CompressionLevel > ZstdCompressor.MaxLevel)
        {
            throw new ArgumentOutOfRangeException(
                nameof(CompressionLevel), CompressionLevel, $"Zstandard has the levels {ZstdCompressor.MinLevel} to {ZstdCompressor.MaxLevel}.");
        }

        if (IsRecyclable && LogNumber is null)
        {
            throw new ArgumentException("A recyclable log has a number.", nameof(LogNumber));
        }

        ArgumentNullException.ThrowIfNull(TimestampSizes);
        TimestampDeclaration.Encode(TimestampSizes, [], IsRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize);
    }
}
