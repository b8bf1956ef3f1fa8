namespace WalParser.Compression;

/// <summary>Decompresses whole blocks of one format. Implementations must be safe for concurrent use by multiple threads.</summary>
public interface IBlockDecompressor
{
    /// <summary>
    /// The maximum number of bytes that one byte of a block can represent. A block that claims more is rejected before anything is
    /// allocated for it.
    /// </summary>
    int MaximumExpansion { get; }

    /// <summary>Decompresses a block.</summary>
    /// <param name="source">
    /// The block, without the size that RocksDB writes before it; a Snappy block includes the size at its start.
    /// </param>
    /// <param name="destination">The destination, of exactly the size that the block claims.</param>
    /// <returns>The result. The registry treats success with less output than the destination has room for as a failure.</returns>
    DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination);
}
