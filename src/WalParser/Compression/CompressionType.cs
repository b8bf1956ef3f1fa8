namespace WalParser.Compression;

/// <summary>The compression of a block, by the numbers RocksDB writes into its files.</summary>
public enum CompressionType : byte
{
    /// <summary>The block is stored as it is.</summary>
    None = 0,

    /// <summary>One raw Snappy block, which states its own size.</summary>
    Snappy = 1,

    /// <summary>The size as a varint32, then raw deflate data without a zlib header.</summary>
    Zlib = 2,

    /// <summary>bzip2; nothing here reads it.</summary>
    BZip2 = 3,

    /// <summary>The size as a varint32, then one raw LZ4 block.</summary>
    LZ4 = 4,

    /// <summary>As <see cref="LZ4"/>: only the compressor differs.</summary>
    LZ4HC = 5,

    /// <summary>Microsoft XPRESS; nothing here reads it.</summary>
    Xpress = 6,

    /// <summary>The size as a varint32, then one Zstandard frame.</summary>
    Zstd = 7,
}
