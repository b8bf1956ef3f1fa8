namespace WalParser.Compression;

/// <summary>The result of a one-shot decompression.</summary>
/// <param name="Status">The status; only <see cref="DecompressionStatus.Done"/> indicates success.</param>
/// <param name="Written">The number of bytes that were written to the destination; after a failure, their contents are undefined.</param>
/// <param name="Reason">The reason for a failure, in one line; <see langword="null"/> after success.</param>
public readonly record struct DecompressionResult(DecompressionStatus Status, int Written, string? Reason)
{
    /// <summary>Whether the whole source was decompressed.</summary>
    public bool IsDone => Status == DecompressionStatus.Done;

    internal static DecompressionResult Done(int written) => new(DecompressionStatus.Done, written, null);

    internal static DecompressionResult Failed(DecompressionStatus status, string reason, int written = 0) => new(status, written, reason);
}
