using K4os.Compression.LZ4;

namespace WalParser.Compression;

/// <summary>LZ4 blocks by K4os, for the registry.</summary>
internal sealed class Lz4BlockDecompressor : IBlockDecompressor
{
    // A byte of a match's length stands for 255.
    public int MaximumExpansion => 255;

    // LZ4Codec does not tell a block without content from a broken one, nor a broken one from one that does not fit.
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (Lz4Sequences.HasZeroOffset(source))
        {
            return DecompressionResult.Failed(DecompressionStatus.Corrupt, Lz4Sequences.ZeroOffset);
        }

        int written = source is [0] ? 0 : source.IsEmpty ? -1 : LZ4Codec.Decode(source, destination);
        return written >= 0
            ? DecompressionResult.Done(written)
            : DecompressionResult.Failed(DecompressionStatus.Corrupt, "not a valid LZ4 block of the size that is claimed");
    }
}
