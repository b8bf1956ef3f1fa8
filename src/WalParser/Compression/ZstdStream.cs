namespace WalParser.Compression;

/// <summary>Reads the content of a <c>.zst</c> file: Zstandard frames, one after the other.</summary>
public sealed class ZstdStream : DecompressionStream
{
    /// <summary>Opens a stream of Zstandard frames.</summary>
    /// <param name="source">The compressed data.</param>
    /// <param name="leaveOpen">Whether <paramref name="source"/> stays open when this is disposed.</param>
    /// <param name="windowLimit">The largest window a frame may ask for.</param>
    public ZstdStream(Stream source, bool leaveOpen = false, long windowLimit = ZstdDecoder.DefaultWindowLimit)
        : base(source, new ZstdDecoder(windowLimit), leaveOpen)
    {
    }
}
