using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WalParser.Compression;

/// <summary>Raw Snappy blocks, as of the Snappy compressed format description: the size as a varint, then literals and copies.</summary>
public static unsafe class SnappyBlock
{
    /// <summary>The most bytes one byte of a block can stand for: a copy of 64 takes three, one of 11 takes two.</summary>
    public const int MaximumExpansion = 22;

    /// <summary>Reads the size a block states for its content.</summary>
    /// <param name="source">The block.</param>
    /// <param name="size">The size; a claim, which nothing has to be allocated for before it is compared with a limit.</param>
    /// <param name="headerLength">How many bytes the size takes.</param>
    /// <returns>Whether there is a size.</returns>
    public static bool TryReadSize(ReadOnlySpan<byte> source, out uint size, out int headerLength) =>
        BlockSize.TryRead(source, out size, out headerLength);

    /// <summary>Decompresses a block.</summary>
    /// <param name="source">The whole block, with the size it begins with.</param>
    /// <param name="destination">Room for its content.</param>
    /// <returns>The outcome.</returns>
    public static DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        if (!TryReadSize(source, out var size, out var header))
        {
            return DecompressionResult.Failed(DecompressionStatus.Corrupt, "the block does not begin with its size");
        }

        if (size > (uint)destination.Length)
        {
            return DecompressionResult.Failed(DecompressionStatus.DestinationTooSmall, "the destination is too small");
        }

        fixed (byte* from = source)
        {
            fixed (byte* to = destination)
            {
                return Decode(from + header, from + source.Length, to, to + (int)size)
                    ? DecompressionResult.Done((int)size)
                    : DecompressionResult.Failed(DecompressionStatus.Corrupt, "not a valid Snappy block");
            }
        }
    }

    // Succeeds only if the source gives exactly what there is room for.
    private static bool Decode(byte* source, byte* sourceEnd, byte* output, byte* outputEnd)
    {
        var start = output;
        while (source < sourceEnd)
        {
            uint tag = *source++;
            if ((tag & 3) == 0)
            {
                var length = (tag >> 2) + 1;
                if (length > 60)
                {
                    var bytes = (int)length - 60;
                    if (sourceEnd - source < bytes)
                    {
                        return false;
                    }

                    length = source[0];
                    for (var i = 1; i < bytes; i++)
                    {
                        length |= (uint)source[i] << (8 * i);
                    }

                    source += bytes;
                    if (length++ == uint.MaxValue)
                    {
                        return false;
                    }
                }

                if (length > sourceEnd - source || length > outputEnd - output)
                {
                    return false;
                }

                if (length <= 16 && sourceEnd - source >= WildCopy.Margin && outputEnd - output >= WildCopy.Margin)
                {
                    Vector128.Store(Vector128.Load(source), output);
                }
                else
                {
                    Unsafe.CopyBlockUnaligned(output, source, length);
                }

                source += length;
                output += length;
                continue;
            }

            int copied;
            uint offset;
            if ((tag & 3) == 1)
            {
                if (source == sourceEnd)
                {
                    return false;
                }

                copied = (int)((tag >> 2) & 7) + 4;
                offset = ((tag >> 5) << 8) | *source++;
            }
            else
            {
                var bytes = (tag & 3) == 2 ? 2 : 4;
                if (sourceEnd - source < bytes)
                {
                    return false;
                }

                copied = (int)(tag >> 2) + 1;
                offset = source[0] | ((uint)source[1] << 8);
                if (bytes == 4)
                {
                    offset |= ((uint)source[2] << 16) | ((uint)source[3] << 24);
                }

                source += bytes;
            }

            if (offset == 0 || offset > output - start || copied > outputEnd - output)
            {
                return false;
            }

            Lz4Block.CopyMatch(output, (int)offset, copied, outputEnd);
            output += copied;
        }

        return output == outputEnd;
    }
}
