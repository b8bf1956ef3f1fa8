using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Writing;

/// <summary>The options of a <see cref="LogWriter"/>. The defaults are those of RocksDB.</summary>
public sealed record LogWriterOptions
{
    /// <summary>
    /// The log number. If it is null, a writer that is opened by path uses the number in the file name (<c>000010.log</c>). A recyclable
    /// log must have a number.
    /// </summary>
    public ulong? LogNumber { get; init; }

    /// <summary>
    /// Whether each fragment carries the log number, so that the file can later be reused for another log (RocksDB,
    /// <c>recycle_log_file_num</c>).
    /// </summary>
    public bool IsRecyclable { get; init; }

    /// <summary>
    /// The compression of the records (RocksDB, <c>wal_compression</c>): <see cref="CompressionType.None"/>, or
    /// <see cref="CompressionType.Zstd"/>, the only other type that RocksDB defines for logs.
    /// </summary>
    public CompressionType CompressionType { get; init; }

    /// <summary>
    /// The Zstandard level of a compressed log: 1 (fast) to 22 (small), or a negative level, which is faster still and compresses less; 0
    /// stands for 3. RocksDB writes its logs at level 3, and reads the frames of every level. The native memory of a writer depends on the
    /// level and on its longest record so far: for records of some kilobytes it is less than 2 MB at each level; for records of many
    /// megabytes about 4 MB at level 3, 100 MB at level 19, and 900 MB at level 22. The level has no effect on a log that is not
    /// compressed.
    /// </summary>
    public int CompressionLevel { get; init; } = 3;

    /// <summary>
    /// The sizes in bytes of the timestamps at the end of the keys, by column family. The writer declares them before the first record, in
    /// this order. <see cref="LogWriter.WriteTimestampSizes"/> declares more later.
    /// </summary>
    public IReadOnlyCollection<KeyValuePair<uint, int>> TimestampSizes { get; init; } = [];

    /// <summary>
    /// The record about the log before this one (RocksDB 10.0 and later, <c>track_and_verify_wals</c>); null, the default, for none.
    /// </summary>
    public PredecessorWalInfo? Predecessor { get; init; }

    internal void Validate()
    {
        if (CompressionType is not (CompressionType.None or CompressionType.Zstd))
        {
            throw new ArgumentOutOfRangeException(
                nameof(CompressionType), CompressionType, "RocksDB does not define this compression for logs; choose None or Zstd.");
        }

        if (CompressionLevel < ZstdCompressor.MinLevel || CompressionLevel > ZstdCompressor.MaxLevel)
        {
            throw new ArgumentOutOfRangeException(
                nameof(CompressionLevel),
                CompressionLevel,
                $"Zstandard has the levels {ZstdCompressor.MinLevel} to {ZstdCompressor.MaxLevel}.");
        }

        if (IsRecyclable && LogNumber is null)
        {
            throw new ArgumentException("A recyclable log must have a number.", nameof(LogNumber));
        }

        ArgumentNullException.ThrowIfNull(TimestampSizes);
        TimestampDeclaration.Encode(TimestampSizes, [], IsRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize);
    }
}
