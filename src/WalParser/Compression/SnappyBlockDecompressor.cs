using Snappier;
using WalParser.Coding;

namespace WalParser.Compression;

/// <summary>Snappy blocks by Snappier, for the registry.</summary>
internal sealed class SnappyBlockDecompressor : IBlockDecompressor
{
    // A copy of 64 takes three bytes, one of 11 takes two.
    public int MaximumExpansion => 22;

    // Snappier allocates what the block claims before it looks at the block, so the claim is read first.
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ReadOnlySpan<byte> content = source;
        if (!Varint.TryRead32(ref content, out uint claimed))
        {
            return DecompressionResult.Failed(DecompressionStatus.Corrupt, "the block does not begin with its size");
        }

        if (claimed > (uint)destination.Length)
        {
            return DecompressionResult.Failed(DecompressionStatus.DestinationTooSmall, "the destination is too small");
        }

        string reason = "the content is not of the size that is claimed";
        try
        {
            if ((claimed > 0 || content.IsEmpty) && Snappy.TryDecompress(source, destination, out int written) && written == claimed)
            {
                return DecompressionResult.Done(written);
            }
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            reason = exception.Message;
        }

        return DecompressionResult.Failed(DecompressionStatus.Corrupt, $"not a valid Snappy block: {reason}");
    }
}
