using WalParser.Compression;

namespace WalParser.Fuzz.Mutation;

/// <summary>Decodes frames for mutators, which compute checksums of the content.</summary>
internal static class FrameContent
{
    /// <summary>The largest content in bytes that a mutator needs.</summary>
    private const int MaxSize = 1 << 18;

    /// <summary>
    /// Decodes a sequence of whole Zstandard frames. Returns null if they are not whole, or if their content is too large.
    /// </summary>
    public static byte[]? OfZstd(ReadOnlySpan<byte> frames) => TryDecode(new ZstdDecoder(windowLimit: 1 << 20), frames);

    /// <summary>Decodes LZ4 frames, with the same results.</summary>
    public static byte[]? OfLz4(ReadOnlySpan<byte> frames) => TryDecode(new Lz4FrameDecoder(), frames);

    /// <summary>Decodes Snappy streams, with the same results.</summary>
    public static byte[]? OfSnappy(ReadOnlySpan<byte> frames) => TryDecode(new SnappyFrameDecoder(), frames);

    private static byte[]? TryDecode(IFrameDecoder decoder, ReadOnlySpan<byte> frames)
    {
        byte[] room = new byte[Math.Min(MaxSize, 4096 + (frames.Length * 64))];
        int length = 0;
        try
        {
            while (true)
            {
                DecompressionStatus status = decoder.Decode(frames, room.AsSpan(length), out int consumed, out int written);
                frames = frames[consumed..];
                length += written;
                if (status == DecompressionStatus.Done && (frames.IsEmpty || consumed + written == 0))
                {
                    return frames.IsEmpty && decoder.IsBetweenFrames ? room[..length] : null;
                }

                if (status != DecompressionStatus.Done)
                {
                    return status == DecompressionStatus.NeedMoreInput && frames.IsEmpty && decoder.IsBetweenFrames ? room[..length] : null;
                }
            }
        }
        finally
        {
            decoder.Dispose();
        }
    }
}
