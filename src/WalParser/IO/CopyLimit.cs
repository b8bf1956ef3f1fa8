namespace WalParser.IO;

/// <summary>The limit on the size of the content of a compressed copy.</summary>
/// <param name="Size">The size that is allowed in any case, in bytes.</param>
/// <param name="Ratio">The size that is allowed for each byte of the copy, in bytes.</param>
internal readonly record struct CopyLimit(long Size, long Ratio)
{
    /// <summary>No limit.</summary>
    public static readonly CopyLimit None = new(long.MaxValue, 0);

    /// <summary>
    /// The default. The zeros of a preallocated log compress to almost nothing, so that a small copy may become a large log; 4 GiB is more
    /// than RocksDB preallocates. Records do not compress to a 256th.
    /// </summary>
    public static readonly CopyLimit Default = new(4L << 30, 256);

    /// <summary>Returns a limit that does not depend on the size of the copy.</summary>
    public static CopyLimit Of(long size) => new(size, 0);

    /// <summary>Returns the number of bytes that may still be decompressed.</summary>
    /// <param name="read">The number of bytes of the copy that were read.</param>
    /// <param name="written">The number of bytes that were decompressed.</param>
    public long Left(long read, long written) =>
        Math.Max(Size, Ratio == 0 ? 0 : read > long.MaxValue / Ratio ? long.MaxValue : read * Ratio) - written;
}
