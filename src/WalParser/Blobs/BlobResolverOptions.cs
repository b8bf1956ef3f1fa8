using WalParser.Compression;

namespace WalParser.Blobs;

/// <summary>What a <see cref="BlobResolver"/> may be told.</summary>
public sealed record BlobResolverOptions
{
    /// <summary>The default of <see cref="MaxValueSize"/>: 1 GiB.</summary>
    public const int DefaultMaxValueSize = 1 << 30;

    /// <summary>The default of <see cref="MaxOpenFiles"/>.</summary>
    public const int DefaultMaxOpenFiles = 16;

    /// <summary>
    /// The largest value, in bytes, that is read and decompressed; a larger one is reported
    /// (<see cref="BlobOutcome.TooLarge"/>). It bounds the resolver's memory.
    /// </summary>
    public int MaxValueSize { get; init; } = DefaultMaxValueSize;

    /// <summary>How many blob files are kept open at once. The one that was used the longest time ago is closed for the next.</summary>
    public int MaxOpenFiles { get; init; } = DefaultMaxOpenFiles;

    /// <summary>What decompresses the values.</summary>
    public DecompressorRegistry Decompressors { get; init; } = DecompressorRegistry.Default;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxValueSize, nameof(MaxValueSize));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxValueSize, Array.MaxLength, nameof(MaxValueSize));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxOpenFiles, 1, nameof(MaxOpenFiles));
        ArgumentNullException.ThrowIfNull(Decompressors, nameof(Decompressors));
    }
}
