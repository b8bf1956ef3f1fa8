namespace WalParser.IO;

/// <summary>The compression of a copy of a file.</summary>
public enum CompressedCopyFormat
{
    /// <summary>No compression is recognized; most likely, it is the file itself.</summary>
    None,

    /// <summary>Zstandard frames, <c>.zst</c>.</summary>
    Zstd,

    /// <summary>LZ4 frames, <c>.lz4</c>.</summary>
    Lz4,

    /// <summary>gzip members, <c>.gz</c>.</summary>
    Gzip,

    /// <summary>The Snappy framing format, <c>.sz</c>.</summary>
    Snappy,
}
