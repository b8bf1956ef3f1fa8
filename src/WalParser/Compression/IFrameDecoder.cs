namespace WalParser.Compression;

/// <summary>The common interface of the decoders of frame formats, for the stream that reads from them.</summary>
internal interface IFrameDecoder : IDisposable
{
    /// <summary>The reason, after a status that is a failure.</summary>
    string? Reason { get; }

    /// <summary>Whether the source may end at the current position, if all of it was consumed.</summary>
    bool IsBetweenFrames { get; }

    /// <summary>Ends the source: no data follows the bytes that were not yet consumed.</summary>
    void End() { }

    /// <summary>
    /// Decodes a piece of a frame and delivers output. The caller passes the bytes that were not consumed again, together with more after
    /// <see cref="DecompressionStatus.NeedMoreInput"/>.
    /// </summary>
    DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written);
}
