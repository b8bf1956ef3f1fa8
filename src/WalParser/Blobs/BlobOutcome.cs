namespace WalParser.Blobs;

/// <summary>What came of looking up a value by its blob index.</summary>
public enum BlobOutcome
{
    /// <summary>The value is there and all checks hold.</summary>
    Resolved,

    /// <summary>The bytes are no blob index.</summary>
    InvalidIndex,

    /// <summary>There is no blob file of that number in the folder.</summary>
    FileMissing,

    /// <summary>The file is there, but the operating system does not let it be opened or read.</summary>
    FileUnreadable,

    /// <summary>The file ends before the value does, and has no footer that says it is whole.</summary>
    FileTruncated,

    /// <summary>The file does not begin as a blob file does: another magic number, or a version that is not 1.</summary>
    InvalidFileHeader,

    /// <summary>
    /// No record can be where the index points: too close to the file's beginning, or beyond the records of a file whose footer
    /// says it is whole.
    /// </summary>
    InvalidOffset,

    /// <summary>The index names another compression than the file's header.</summary>
    CompressionMismatch,

    /// <summary>The checksum of the record's header is wrong: the header is damaged, or the index points beside it.</summary>
    HeaderChecksumMismatch,

    /// <summary>The index names another size than the record's header, whose checksum is right.</summary>
    SizeMismatch,

    /// <summary>The checksum of the record's key and value is wrong.</summary>
    BlobChecksumMismatch,

    /// <summary>The record is good, but is that of another key.</summary>
    WrongKey,

    /// <summary>The value is larger than <see cref="BlobResolverOptions.MaxValueSize"/>, as it lies or decompressed.</summary>
    TooLarge,

    /// <summary>There is no decompressor for the value's compression.</summary>
    CompressionUnsupported,

    /// <summary>The record is good, but its value is not what its compression makes.</summary>
    DecompressionFailed,
}
