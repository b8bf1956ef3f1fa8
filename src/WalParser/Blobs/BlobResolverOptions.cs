using WalParser.Compression;

namespace WalParser.Blobs;

/// <summary>The options of a <see cref="BlobResolver"/>.</summary>
public sealed record BlobResolverOptions
{
    /// <summary>The default of <see cref="MaxValueSize"/>: 1 GiB.</summary>
    public const int DefaultMaxValueSize = 1 << 30;

    /// <summary>The default of <see cref="MaxOpenFiles"/>.</summary>
    public const int DefaultMaxOpenFiles = 16;

    /// <summary>
    /// The size of the largest value that is read and decompressed, in bytes; a larger one is reported as
    /// <see cref="BlobOutcome.TooLarge"/>. It limits the memory of the resolver.
    /// </summary>
    public int MaxValueSize { get; init; } = DefaultMaxValueSize;

    /// <summary>
    /// The maximum number of open blob files. If it is reached, the least recently used file is closed before the next is opened.
    /// </summary>
    public int MaxOpenFiles { get; init; } = DefaultMaxOpenFiles;

    /// <summary>The decompressors for the values.</summary>
    public DecompressorRegistry Decompressors { get; init; } = DecompressorRegistry.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxValueSize, nameof(MaxValueSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxValueSize, Array.MaxLength, nameof(MaxValueSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxOpenFiles, 1, nameof(MaxOpenFiles));
        ArgumentNullException.ThrowIfNull(Decompressors, nameof(Decompressors));
    }
}
