namespace WalParser.Compression;

/// <summary>What the decoders of frame formats have in common, for the streams over them.</summary>
internal interface IFrameDecoder
{
    /// <summary>What was wrong, after a status that is a failure.</summary>
    string? Reason { get; }

    /// <summary>Whether the source may end here.</summary>
    bool IsBetweenFrames { get; }

    /// <summary>Feeds a piece of a frame, and takes the output it gives.</summary>
    DecompressionStatus Decode(ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written);
}
