namespace WalParser.Compression;

/// <summary>The outcome of a one-shot decompression.</summary>
/// <param name="Status">How it ended; only <see cref="DecompressionStatus.Done"/> is success.</param>
/// <param name="Written">How many bytes were put into the destination; after a failure they are not to be relied on.</param>
/// <param name="Reason">What was wrong, in words; <see langword="null"/> after success.</param>
public readonly record struct DecompressionResult(DecompressionStatus Status, int Written, string? Reason)
{
    /// <summary>Whether the whole source was decompressed.</summary>
    public bool IsDone => Status == DecompressionStatus.Done;

    internal static DecompressionResult Done(int written) => new(DecompressionStatus.Done, written, null);

    internal static DecompressionResult Failed(DecompressionStatus status, string reason, int written = 0) => new(status, written, reason);
}
