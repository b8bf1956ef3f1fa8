namespace WalParser.Compression;

/// <summary>Snappy blocks, for the registry.</summary>
internal sealed class SnappyBlockDecompressor : IBlockDecompressor
{
    public int MaximumExpansion => SnappyBlock.MaximumExpansion;

    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination) => SnappyBlock.Decompress(source, destination);
}
