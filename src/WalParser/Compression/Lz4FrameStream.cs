namespace WalParser.Compression;

/// <summary>Reads the content of an <c>.lz4</c> file: LZ4 frames, one after the other.</summary>
public sealed class Lz4FrameStream : DecompressionStream
{
    /// <summary>Opens a stream of LZ4 frames.</summary>
    /// <param name="source">The compressed data.</param>
    /// <param name="leaveOpen">Whether <paramref name="source"/> stays open when this is disposed.</param>
    public Lz4FrameStream(Stream source, bool leaveOpen = false)
        : base(source, new Lz4FrameDecoder(), leaveOpen)
    {
    }
}
