using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WalParser.Compression;

/// <summary>Raw LZ4 blocks, as of the LZ4 block format description: no header, no size, no checksum.</summary>
public static unsafe class Lz4Block
{
    /// <summary>The most bytes one byte of a block can stand for.</summary>
    public const int MaximumExpansion = 255;

    internal const int Corrupt = -1;
    internal const int TooSmall = -2;

    private const int MinimumMatch = 4;
    private const int LengthMask = 15;

    /// <summary>Decompresses a block.</summary>
    /// <param name="source">The whole block.</param>
    /// <param name="destination">Room for its content.</param>
    /// <returns>The outcome; a block that does not fit the destination ends with <see cref="DecompressionStatus.DestinationTooSmall"/>.</returns>
    public static DecompressionResult Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        fixed (byte* from = source)
        {
            fixed (byte* to = destination)
            {
                var written = Decode(from, source.Length, to, destination.Length, 0);
                return written switch
                {
                    Corrupt => DecompressionResult.Failed(DecompressionStatus.Corrupt, "not a valid LZ4 block"),
                    TooSmall => DecompressionResult.Failed(DecompressionStatus.DestinationTooSmall, "the destination is too small"),
                    _ => DecompressionResult.Done(written),
                };
            }
        }
    }

    /// <summary>Decodes a block that may refer to so many bytes of <paramref name="history"/> before its output.</summary>
    internal static int Decode(byte* source, int length, byte* output, int capacity, int history)
    {
        var sourceEnd = source + length;
        var start = output;
        var outputEnd = output + capacity;
        var historyStart = output - history;
        while (source < sourceEnd)
        {
            int token = *source++;
            var literals = token >> 4;
            if (literals == LengthMask && !TryReadLength(ref source, sourceEnd, ref literals))
            {
                return Corrupt;
            }

            // Lengths are at most 255 times the block's, and checked below to be no more than what is there.
            if (literals > sourceEnd - source)
            {
                return Corrupt;
            }

            if (literals > outputEnd - output)
            {
                return TooSmall;
            }

            if (literals <= 16 && sourceEnd - source >= WildCopy.Margin && outputEnd - output >= WildCopy.Margin)
            {
                Vector128.Store(Vector128.Load(source), output);
            }
            else
            {
                Unsafe.CopyBlockUnaligned(output, source, (uint)literals);
            }

            source += literals;
            output += literals;
            if (source == sourceEnd)
            {
                // A block ends with a sequence that is literals only.
                return (int)(output - start);
            }

            if (sourceEnd - source < 2)
            {
                return Corrupt;
            }

            var offset = source[0] | (source[1] << 8);
            source += 2;
            var match = token & LengthMask;
            if (match == LengthMask && !TryReadLength(ref source, sourceEnd, ref match))
            {
                return Corrupt;
            }

            match += MinimumMatch;
            if (offset == 0 || offset > output - historyStart)
            {
                return Corrupt;
            }

            if (match > outputEnd - output)
            {
                return TooSmall;
            }

            CopyMatch(output, offset, match, outputEnd);
            output += match;
        }

        return Corrupt;
    }

    /// <summary>Copies a match that lies within the output and fits it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void CopyMatch(byte* output, int offset, int length, byte* outputEnd)
    {
        var match = output - offset;
        if (outputEnd - output >= (long)length + WildCopy.Margin)
        {
            if (offset >= 16)
            {
                WildCopy.Forward(output, match, output + length);
            }
            else
            {
                WildCopy.Overlapping(output, match, output + length, offset);
            }
        }
        else if (offset >= length)
        {
            Unsafe.CopyBlockUnaligned(output, match, (uint)length);
        }
        else
        {
            for (var i = 0; i < length; i++)
            {
                output[i] = match[i];
            }
        }
    }

    // Adds up bytes until one is not 255. A sum over what an int holds is no length of any block.
    private static bool TryReadLength(ref byte* source, byte* sourceEnd, ref int length)
    {
        while (source < sourceEnd)
        {
            int more = *source++;
            length += more;
            if (more != 255)
            {
                return true;
            }

            if (length > int.MaxValue - 1024)
            {
                return false;
            }
        }

        return false;
    }
}
