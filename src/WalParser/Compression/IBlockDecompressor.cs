namespace WalParser.Compression;

/// <summary>Decompresses whole blocks of one format; implementations are safe for use by several threads at once.</summary>
public interface IBlockDecompressor
{
    /// <summary>The most bytes one byte of a block can stand for; a block that claims more is refused before anything is allocated for it.</summary>
    int MaximumExpansion { get; }

    /// <summary>Decompresses a block.</summary>
    /// <param name="source">The block, after the size RocksDB puts before it; a Snappy block with the size it begins with.</param>
    /// <param name="destination">As much room as the block claims to need.</param>
    /// <returns>The outcome. Success with less output than there is room for is taken for a failure by the registry.</returns>
    DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination);
}
