namespace WalParser.Compression;

/// <summary>Reads the content of an <c>.sz</c> file: the Snappy framing format.</summary>
public sealed class SnappyFrameStream : DecompressionStream
{
    /// <summary>Opens a stream in the Snappy framing format.</summary>
    /// <param name="source">The compressed data.</param>
    /// <param name="leaveOpen">Whether <paramref name="source"/> stays open when this is disposed.</param>
    public SnappyFrameStream(Stream source, bool leaveOpen = false)
        : base(source, new SnappyFrameDecoder(), leaveOpen)
    {
    }
}
