using WalParser.Compression;

namespace WalParser.Fuzz.Mutation;

/// <summary>Decodes frames for mutators, which compute checksums of what is in them.</summary>
internal static class FrameContent
{
    /// <summary>No mutator needs more.</summary>
    private const int MaxSize = 1 << 18;

    /// <summary>What is in a run of whole Zstandard frames; null if they are not whole, or hold too much.</summary>
    public static byte[]? OfZstd(ReadOnlySpan<byte> frames) => TryDecode(new ZstdDecoder(windowLimit: 1 << 20), frames);

    /// <summary>The same of LZ4 frames.</summary>
    public static byte[]? OfLz4(ReadOnlySpan<byte> frames) => TryDecode(new Lz4FrameDecoder(), frames);

    /// <summary>The same of Snappy streams.</summary>
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
