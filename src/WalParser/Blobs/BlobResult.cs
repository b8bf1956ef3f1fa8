namespace WalParser.Blobs;

/// <summary>
/// The value that a blob index stands for, or why there is none. The value's bytes are valid until the resolver's next call or
/// its end; those of an inlined value are the index's own.
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

    /// <summary>What came of it.</summary>
    public BlobOutcome Outcome { get; }

    /// <summary>Whether there is a value.</summary>
    public bool IsResolved => Outcome == BlobOutcome.Resolved;

    /// <summary>The value, decompressed; empty if there is none.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The path of the blob file that was looked at; null if none was.</summary>
    public string? File { get; }

    /// <summary>Why there is no value, in words; null if there is one.</summary>
    public string? Reason { get; }

    internal static BlobResult Resolved(ReadOnlySpan<byte> value, string? file = null) => new(BlobOutcome.Resolved, value, file, null);

    internal static BlobResult Failed(BlobOutcome outcome, string? file, string reason) => new(outcome, default, file, reason);
}
