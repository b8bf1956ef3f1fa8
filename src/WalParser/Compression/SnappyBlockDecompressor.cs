using Snappier;

namespace WalParser.Compression;

/// <summary>Decompresses Snappy blocks with Snappier, which throws on a corrupt block; for the registry.</summary>
internal sealed class SnappyBlockDecompressor : IBlockDecompressor
{
    // A copy of 64 bytes takes three bytes, one of 11 bytes takes two.
    public int MaximumExpansion => 22;

    // Snappier allocates the size that a block claims before it checks the block, so this size is checked first.
    public DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ReadOnlySpan<byte> content = source;
        uint claimed = Coding.Varint.TryRead32(ref content, out uint size)
            ? size
            : throw new InvalidDataException("the block does not begin with its size");
        return claimed > (uint)destination.Length
            ? DecompressionResult.Failed(DecompressionStatus.DestinationTooSmall, "the destination is too small")
            : Produces(content, claimed) && Snappy.TryDecompress(source, destination, out int written) && written == claimed
            ? DecompressionResult.Done(written)
            : DecompressionResult.Failed(DecompressionStatus.Corrupt, "not a valid Snappy block of the claimed size");
    }

    /// <summary>
    /// Returns whether the tags of a block, after its size, produce exactly <paramref name="size"/> bytes. Snappier, which decodes into a
    /// pooled array, ignores output beyond the claimed size (Snappy format description, section 2: the two low bits of a tag are its type).
    /// </summary>
    public static bool Produces(ReadOnlySpan<byte> tags, long size)
    {
        long position = 0;
        while (position < tags.Length)
        {
            ReadOnlySpan<byte> rest = tags[(int)position..];
            (int type, long length) = (rest[0] & 3, 1 + (rest[0] >> 2));
            int extra = type switch { 0 => Math.Max(0, (int)length - 60), 3 => 4, _ => type };
            if (rest.Length <= extra)
            {
                return false;
            }

            if (type == 0 && extra > 0)
            {
                // The length of a long literal is in the bytes after the tag.
                length = 0;
                for (int i = extra; i > 0; i--)
                {
                    length = (length << 8) | rest[i];
                }

                length++;
            }

            length = type == 1 ? 4 + ((rest[0] >> 2) & 7) : length;
            position += 1 + extra + (type == 0 ? length : 0);
            size -= length;
        }

        return position == tags.Length && size == 0;
    }
}
