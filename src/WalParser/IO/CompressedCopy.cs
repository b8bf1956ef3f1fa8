using System.Buffers.Binary;
using WalParser.Compression;

namespace WalParser.IO;

/// <summary>
/// Recognizes and opens copies of files that were compressed as a whole with <c>zstd</c>, <c>lz4</c>, <c>gzip</c> or a Snappy tool.
/// </summary>
public static class CompressedCopy
{
    /// <summary>Recognizes the compression of a file by its first bytes.</summary>
    /// <param name="prefix">The first bytes of the file; ten are enough, unless it begins with a skippable frame.</param>
    /// <returns>
    /// The format. Skippable frames, which Zstandard and LZ4 share, are skipped. If the prefix ends before the frame after them, the format
    /// is assumed to be Zstandard.
    /// </returns>
    public static CompressedCopyFormat Recognise(ReadOnlySpan<byte> prefix)
    {
        if (prefix.StartsWith(SnappyFrameDecoder.Identifier))
        {
            return CompressedCopyFormat.Snappy;
        }

        if (prefix.Length >= 2 && prefix[0] == 0x1F && prefix[1] == 0x8B)
        {
            return CompressedCopyFormat.Gzip;
        }

        var skipped = false;
        while (prefix.Length >= 4)
        {
            var magic = BinaryPrimitives.ReadUInt32LittleEndian(prefix);
            if (magic == ZstdFrameHeader.Magic)
            {
                return CompressedCopyFormat.Zstd;
            }

            if (magic == Lz4FrameDecoder.Magic)
            {
                return CompressedCopyFormat.Lz4;
            }

            if ((magic & ZstdFrameHeader.SkippableMask) != ZstdFrameHeader.SkippableMagic)
            {
                return CompressedCopyFormat.None;
            }

            skipped = true;
            var length = prefix.Length < 8 ? long.MaxValue : 8L + BinaryPrimitives.ReadUInt32LittleEndian(prefix[4..]);
            prefix = length < prefix.Length ? prefix[(int)length..] : default;
        }

        return skipped ? CompressedCopyFormat.Zstd : CompressedCopyFormat.None;
    }

    /// <summary>Opens a copy to read its content.</summary>
    /// <param name="source">The compressed data, positioned at its beginning.</param>
    /// <param name="format">The format, as <see cref="Recognise"/> returns it.</param>
    /// <param name="leaveOpen">Whether <paramref name="source"/> stays open when the stream returned is disposed.</param>
    /// <param name="dictionaries">The dictionaries that Zstandard frames may name.</param>
    /// <returns>
    /// A stream of the content, which the caller disposes; <paramref name="source"/> itself for <see cref="CompressedCopyFormat.None"/>. If
    /// the copy is damaged or truncated, the stream returns everything before the damage and then throws
    /// <see cref="InvalidDataException"/>.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="source"/> cannot be read.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="format"/> is not a defined format.</exception>
    public static Stream Open(Stream source, CompressedCopyFormat format, bool leaveOpen = false, ZstdDictionaries? dictionaries = null) =>
        Open(source, format, leaveOpen, dictionaries, CopyLimit.None);

    /// <summary>
    /// Opens a copy whose content may have a limited size. At the limit, the stream throws an <see cref="InvalidDataException"/>, and its
    /// property <see cref="DecompressionStream.IsTooLarge"/> is true.
    /// </summary>
    internal static Stream Open(
        Stream source, CompressedCopyFormat format, bool leaveOpen, ZstdDictionaries? dictionaries, CopyLimit limit)
    {
        ArgumentNullException.ThrowIfNull(source);
        return format switch
        {
            CompressedCopyFormat.None => source,
            CompressedCopyFormat.Zstd => Of(new ZstdDecoder(dictionaries: dictionaries, isStepwise: true)),
            CompressedCopyFormat.Lz4 => Of(new Lz4FrameDecoder()),
            CompressedCopyFormat.Gzip => Of(new GzipDecoder()),
            CompressedCopyFormat.Snappy => Of(new SnappyFrameDecoder()),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };

        DecompressionStream Of(IFrameDecoder decoder) => new(source, decoder, leaveOpen, limit);
    }
}
