namespace WalParser.Compression;

/// <summary>LZ4 blocks, for the registry.</summary>
internal sealed class Lz4BlockDecompressor : IBlockDecompressor
{
    public int MaximumExpansion => Lz4Block.MaximumExpansion;

    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination) => Lz4Block.Decompress(source, destination);
}
