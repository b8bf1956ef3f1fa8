namespace WalParser.Compression;

/// <summary>The status with which a call to a decompressor ended.</summary>
public enum DecompressionStatus
{
    /// <summary>The block or frame is complete, and all its output was delivered.</summary>
    Done,

    /// <summary>
    /// All of the source was consumed, all output so far was delivered, and the block or frame continues. In a one-shot call, the source is
    /// truncated.
    /// </summary>
    NeedMoreInput,

    /// <summary>The destination is full, and more output remains.</summary>
    DestinationTooSmall,

    /// <summary>The output, or the size that the source claims for it, exceeds the limit that the caller set.</summary>
    OutputLimitExceeded,

    /// <summary>The source does not begin with the signature of the format.</summary>
    UnknownFormat,

    /// <summary>The source violates the rules of the format.</summary>
    Corrupt,

    /// <summary>A checksum in the source does not match the data.</summary>
    ChecksumMismatch,

    /// <summary>The frame requires a larger window than the limit that the caller set.</summary>
    WindowTooLarge,

    /// <summary>
    /// The frame was compressed with a dictionary that the caller did not supply, or in a format for which dictionaries are not supported.
    /// </summary>
    DictionaryRequired,

    /// <summary>No decompressor is registered for the compression.</summary>
    Unsupported,
}
