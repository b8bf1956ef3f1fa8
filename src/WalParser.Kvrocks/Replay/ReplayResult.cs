namespace WalParser.Kvrocks.Replay;

/// <summary>How far a replay has come.</summary>
public sealed record ReplayResult
{
    /// <summary>
    /// The last number of the last batch that the server is known to have carried out, if only in part (what it refused up to there is in
    /// <see cref="Refusals"/>); of a replay that begins behind others, that of these as long as there is none. 0 if nothing was applied. The
    /// next replay goes on with the next number.
    /// </summary>
    public ulong LastSequence { get; init; }

    /// <summary>
    /// The connection was lost: the batch that begins with this number, and later ones, may have been carried out or not. Only a checkpoint
    /// tells; a raw replay may send them again. Null if every reply came.
    /// </summary>
    public ulong? UnansweredFrom { get; init; }

    /// <summary>The number with which the first batch began that was sent; null if none was.</summary>
    public ulong? FirstSent { get; init; }

    /// <summary>The last number of the last batch that was sent; null if none was.</summary>
    public ulong? LastSent { get; init; }

    /// <summary>How many batches came to commands, or were sent.</summary>
    public long BatchCount { get; init; }

    /// <summary>How many commands were sent, by name; those that only frame them (MULTI, EXEC, SELECT) and keep the checkpoint are not counted.</summary>
    public IReadOnlyDictionary<string, long> CommandCounts { get; init; } = new Dictionary<string, long>();

    /// <summary>How many commands the server refused.</summary>
    public long RefusalCount { get; init; }

    /// <summary>The first of them.</summary>
    public IReadOnlyList<ReplayRefusal> Refusals { get; init; } = [];
}
