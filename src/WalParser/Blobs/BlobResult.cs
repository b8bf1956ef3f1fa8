namespace WalParser.Blobs;

/// <summary>
/// The value of a blob index, or the reason why there is none. The bytes of the value are valid until the next call of the resolver or
/// until it is disposed; those of an inlined value belong to the blob index.
/// </summary>
public readonly ref struct BlobResult
{
    private BlobResult(BlobOutcome outcome, ReadOnlySpan<byte> value, string? file, string? reason)
    {
        Outcome = outcome;
        Value = value;
        File = file;
        Reason = reason;
    }

    /// <summary>The outcome.</summary>
    public BlobOutcome Outcome { get; }

    /// <summary>Whether there is a value.</summary>
    public bool IsResolved => Outcome == BlobOutcome.Resolved;

    /// <summary>The value, decompressed; empty if there is none.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The path of the blob file that was examined; null if none was.</summary>
    public string? File { get; }

    /// <summary>The reason why there is no value, in one line; null if there is a value.</summary>
    public string? Reason { get; }

    internal static BlobResult Resolved(ReadOnlySpan<byte> value, string? file = null) => new(BlobOutcome.Resolved, value, file, null);

    internal static BlobResult Failed(BlobOutcome outcome, string? file, string reason) => new(outcome, default, file, reason);
}
