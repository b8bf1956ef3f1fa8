namespace WalParser.Compression;

/// <summary>The compression of a block, with the numbers that RocksDB writes to its files.</summary>
public enum CompressionType : byte
{
    /// <summary>The block is stored uncompressed.</summary>
    None = 0,

    /// <summary>A single raw Snappy block, which contains its own size.</summary>
    Snappy = 1,

    /// <summary>The size as a varint32, then raw deflate data without a zlib header.</summary>
    Zlib = 2,

    /// <summary>bzip2, which this library cannot decompress.</summary>
    BZip2 = 3,

    /// <summary>The size as a varint32, then one raw LZ4 block.</summary>
    Lz4 = 4,

    /// <summary>The format of <see cref="Lz4"/>, written by another compressor.</summary>
    Lz4HC = 5,

    /// <summary>Microsoft XPRESS, which this library cannot decompress.</summary>
    Xpress = 6,

    /// <summary>The size as a varint32, then one Zstandard frame.</summary>
    Zstd = 7,
}
