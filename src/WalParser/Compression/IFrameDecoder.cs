namespace WalParser.Compression;

/// <summary>What the decoders of frame formats have in common, for the stream over them.</summary>
internal interface IFrameDecoder : IDisposable
{
    /// <summary>What was wrong, after a status that is a failure.</summary>
    string? Reason { get; }

    /// <summary>Whether the source may end here, if all of it was consumed.</summary>
    bool IsBetweenFrames { get; }

    /// <summary>There is no more source than what was not consumed.</summary>
    void End() { }

    /// <summary>
    /// Takes a piece of a frame, and delivers output. What is not consumed is given again, after <see cref="DecompressionStatus.NeedMoreInput"/>
    /// together with more.
    /// </summary>
    DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written);
}
