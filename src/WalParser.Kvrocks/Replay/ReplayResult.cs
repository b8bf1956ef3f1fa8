namespace WalParser.Kvrocks.Replay;

/// <summary>The result of a replay.</summary>
public sealed record ReplayResult
{
    /// <summary>
    /// The last sequence number of the last batch up to which every reply arrived and the server refused nothing. It never passes a batch
    /// of which anything was refused. A replay that continues another begins with the number of that replay. 0 if nothing was applied.
    /// </summary>
    public ulong LastSequence { get; init; }

    /// <summary>
    /// The last sequence number of the last batch that the server is known to have executed, at least in part
    /// (<see cref="Refusals"/>). If it is greater than <see cref="LastSequence"/>, a replay from a checkpoint brings the keys of the
    /// batches between them to their state and continues with the next number.
    /// </summary>
    public ulong ExecutedSequence { get; init; }

    /// <summary>
    /// The first sequence number of the batches that were sent after a refused one, before its reply arrived, and that the server executed,
    /// except for what it refused of them (<see cref="UnderWayRefusalCount"/>); null if there are none.
    /// </summary>
    public ulong? UnderWayFrom { get; init; }

    /// <summary>The last sequence number of these batches; null if there are none.</summary>
    public ulong? UnderWayTo { get; init; }

    /// <summary>
    /// The number of commands that the server refused of the batches from <see cref="UnderWayFrom"/> to <see cref="UnderWayTo"/>.
    /// </summary>
    public long UnderWayRefusalCount { get; init; }

    /// <summary>
    /// The first sequence number of the first batch with a missing reply, if the connection was lost; null if every reply arrived. The
    /// server may or may not have executed this batch and later ones. Only a checkpoint shows which; a raw replay may send them again.
    /// </summary>
    public ulong? UnansweredFrom { get; init; }

    /// <summary>The first sequence number of the first batch that was sent; null if none was sent.</summary>
    public ulong? FirstSent { get; init; }

    /// <summary>The last sequence number of the last batch that was sent; null if none was sent.</summary>
    public ulong? LastSent { get; init; }

    /// <summary>
    /// The number of batches that were converted to commands or sent as they are. Batches without a command do not count.
    /// </summary>
    public long BatchCount { get; init; }

    /// <summary>
    /// The number of commands that were sent, by name. Commands that only frame others (MULTI, EXEC, SELECT) or set the checkpoint do not
    /// count.
    /// </summary>
    public IReadOnlyDictionary<string, long> CommandCounts { get; init; } = new Dictionary<string, long>();

    /// <summary>
    /// The number of commands that the server refused. Commands that it did not execute because it refused another one of the same
    /// transaction do not count.
    /// </summary>
    public long RefusalCount { get; init; }

    /// <summary>The first refused commands, at most <see cref="ReplayOptions.MaxRefusals"/>.</summary>
    public IReadOnlyList<ReplayRefusal> Refusals { get; init; } = [];

    /// <summary>
    /// The number of keys that were brought to the state after the batches whose effect was not known, or of
    /// <see cref="ReplayOptions.Only"/>.
    /// </summary>
    public long HealedCount { get; init; }

    /// <summary>The sequence number of that state; null if no key was in question.</summary>
    public ulong? HealedSequence { get; init; }

    /// <summary>
    /// The number of such keys whose state cannot be confirmed, because the log does not contain them, or not all of their elements. The
    /// known elements were set if the type permits that.
    /// </summary>
    public long UnconfirmedCount { get; init; }
}
