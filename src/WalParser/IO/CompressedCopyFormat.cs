namespace WalParser.IO;

/// <summary>What a copy of a file was compressed with.</summary>
public enum CompressedCopyFormat
{
    /// <summary>Nothing that is recognised; most likely the file itself.</summary>
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
