namespace WalParser.Compression;

/// <summary>RocksDB's compression types (<c>include/rocksdb/compression_type.h</c>). For a WAL, RocksDB defines ZSTD alone.</summary>
public enum CompressionType : byte
{
    /// <summary>Not compressed.</summary>
    None = 0,

    /// <summary>Snappy, raw blocks.</summary>
    Snappy = 1,

    /// <summary>Zlib: raw deflate.</summary>
    Zlib = 2,

    /// <summary>bzip2.</summary>
    BZip2 = 3,

    /// <summary>LZ4 blocks.</summary>
    Lz4 = 4,

    /// <summary>LZ4 blocks by the high-compression encoder; they decode like <see cref="Lz4"/>.</summary>
    Lz4Hc = 5,

    /// <summary>XPRESS, on Windows.</summary>
    Xpress = 6,

    /// <summary>Zstandard.</summary>
    Zstd = 7,
}
