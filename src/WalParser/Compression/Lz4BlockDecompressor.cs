using K4os.Compression.LZ4;

namespace WalParser.Compression;

/// <summary>Decompresses LZ4 blocks with K4os; for the registry.</summary>
internal sealed class Lz4BlockDecompressor : IBlockDecompressor
{
    // A byte of the length of a match represents 255 bytes.
    public int MaximumExpansion => 255;

    // LZ4Codec does not distinguish a block without content from a corrupt one, nor a corrupt one from one that does not fit.
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (Lz4Sequences.HasZeroOffset(source))
        {
            return DecompressionResult.Failed(DecompressionStatus.Corrupt, Lz4Sequences.ZeroOffset);
        }

        int written = source is [0] ? 0 : source.IsEmpty ? -1 : LZ4Codec.Decode(source, destination);
        return written >= 0
            ? DecompressionResult.Done(written)
            : DecompressionResult.Failed(DecompressionStatus.Corrupt, "not a valid LZ4 block of the claimed size");
    }
}
