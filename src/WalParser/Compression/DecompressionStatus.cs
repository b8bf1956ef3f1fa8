namespace WalParser.Compression;

/// <summary>How a call to a decompressor ended.</summary>
public enum DecompressionStatus
{
    /// <summary>The block or frame is complete, and all of its output was delivered.</summary>
    Done,

    /// <summary>All of the source was used, all output so far was delivered, and the block or frame goes on; for one-shot calls, the source is cut short.</summary>
    NeedMoreInput,

    /// <summary>The destination is full and there is more to deliver.</summary>
    DestinationTooSmall,

    /// <summary>The output, or the size the source claims for it, is over the limit set by the caller.</summary>
    OutputLimitExceeded,

    /// <summary>The source does not begin with the signature of the format.</summary>
    UnknownFormat,

    /// <summary>The source breaks the rules of the format.</summary>
    Corrupt,

    /// <summary>A checksum in the source is not that of the data.</summary>
    ChecksumMismatch,

    /// <summary>The frame needs a larger window than the limit set by the caller.</summary>
    WindowTooLarge,

    /// <summary>The frame was made with a dictionary that the caller did not supply, or whose format has none here.</summary>
    DictionaryRequired,

    /// <summary>The compression is known by name only, or no decompressor is registered for it.</summary>
    Unsupported,
}
