namespace WalParser.Blobs;

/// <summary>The outcome of resolving a blob index.</summary>
public enum BlobOutcome
{
    /// <summary>The value was found, and all checks succeeded.</summary>
    Resolved,

    /// <summary>The bytes are not a blob index.</summary>
    InvalidIndex,

    /// <summary>The folder contains no blob file with that number.</summary>
    FileMissing,

    /// <summary>The file exists, but the operating system does not allow it to be opened or read.</summary>
    FileUnreadable,

    /// <summary>The file ends before the value does, and has no footer that marks it as complete.</summary>
    FileTruncated,

    /// <summary>The file does not begin with the header of a blob file: the magic number differs, or the version is not 1.</summary>
    InvalidFileHeader,

    /// <summary>
    /// The index points to a position at which no record can be: too close to the beginning of the file, or past the records of a file
    /// whose footer marks it as complete.
    /// </summary>
    InvalidOffset,

    /// <summary>The compression in the index differs from that in the header of the file.</summary>
    CompressionMismatch,

    /// <summary>The checksum of the record's header is wrong: the header is damaged, or the index does not point to a record.</summary>
    HeaderChecksumMismatch,

    /// <summary>The size in the index differs from that in the record's header, whose checksum is correct.</summary>
    SizeMismatch,

    /// <summary>The checksum of the record's key and value is wrong.</summary>
    BlobChecksumMismatch,

    /// <summary>The record is valid, but belongs to another key.</summary>
    WrongKey,

    /// <summary>The value is larger than <see cref="BlobResolverOptions.MaxValueSize"/>, either as stored or decompressed.</summary>
    TooLarge,

    /// <summary>No decompressor is registered for the compression of the value.</summary>
    CompressionUnsupported,

    /// <summary>The record is valid, but its value is not valid compressed data.</summary>
    DecompressionFailed,
}
