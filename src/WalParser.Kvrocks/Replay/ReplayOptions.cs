using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Items;

namespace WalParser.Kvrocks.Replay;

/// <summary>Options of a <see cref="Replayer"/>.</summary>
public sealed record ReplayOptions
{
    /// <summary>
    /// The options for the conversion to commands. A raw replay uses only <see cref="CommandOptions.Namespaces"/> and
    /// <see cref="CommandOptions.Keyspace"/>. If the batches contain keys of several namespaces, use <see cref="DatabaseOf"/> to keep them
    /// apart.
    /// </summary>
    public CommandOptions Commands { get; init; } = new();

    /// <summary>Returns the database for the keys of a namespace; null to write all keys to the database of the endpoint.</summary>
    public Func<ReadOnlyMemory<byte>, int>? DatabaseOf { get; init; }

    /// <summary>
    /// The first sequence number to send. Batches that begin with a smaller number are already in the target: they are read, but not sent.
    /// Null to continue at the checkpoint or, without a checkpoint, to send all batches.
    /// </summary>
    public ulong? FromSequence { get; init; }

    /// <summary>
    /// The key in the endpoint's database that stores the progress of the replay; null for none. A replay of commands sets it in the
    /// transaction of each batch, so that the replay continues at the right place after any interruption. The value begins with the last
    /// sequence number up to which the server refused nothing. If it executed later batches, <c>applied=</c> and the last sequence number
    /// of these follow. The id of the database and the first sequence number of the log follow, so that a replay of another log is refused.
    /// </summary>
    public ReadOnlyMemory<byte>? CheckpointKey { get; init; }

    /// <summary>
    /// Whether the target must be a node of a Redis cluster. A node of a cluster is recognized in any case, except by a raw replay, and
    /// then the batches are sent to the masters of their slots. That requires a <see cref="CheckpointKey"/>, whose name begins the names of
    /// the keys that the slots have for it, and keys in database 0.
    /// </summary>
    public bool RequiresCluster { get; init; }

    /// <summary>The id of the database that the log belongs to (the file <c>IDENTITY</c>); null if it is not known.</summary>
    public string? DatabaseId { get; init; }

    /// <summary>
    /// The keys to which the replay is limited; null for none. The batches are only read, and then these keys are brought to the state
    /// after the last batch that the server has executed according to the checkpoint or, without a checkpoint, after the last batch.
    /// </summary>
    public IReadOnlyCollection<RefusedKey>? Only { get; init; }

    /// <summary>
    /// The range of the checkpoint, its first and second number, in which the server refused nothing but commands for the keys in
    /// <see cref="Only"/>; null if that is not known. If it is that of the checkpoint, the checkpoint passes the range when the keys have
    /// their state.
    /// </summary>
    public (ulong Confirmed, ulong Executed)? OnlyRange { get; init; }

    /// <summary>
    /// Called with each refused command, each command that was not executed because of it, and each key whose state cannot be confirmed.
    /// </summary>
    public Action<ReplayRefusal>? Refused { get; init; }

    /// <summary>
    /// The time for which a server may be silent while commands have no reply; then the connection is regarded as lost.
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Whether the replay continues after the server refuses a command. The first number of the checkpoint stays before its batch.
    /// </summary>
    public bool KeepGoing { get; init; }

    /// <summary>The greatest number of refused commands that the result contains. All are counted.</summary>
    public int MaxRefusals { get; init; } = 10;

    /// <summary>
    /// The greatest number of commands that are sent and have no reply yet. When the server refuses a command, it still executes the
    /// commands that were sent after it. If the value is 1, each batch waits for the replies to the previous batch.
    /// </summary>
    public int Window { get; init; } = 4096;

    /// <summary>
    /// Whether the batches themselves are sent, with Kvrocks's APPLYBATCH, which is exact for all types. They are sent unchanged except for
    /// data of the server that wrote them: published messages, its scripts and settings, and the id of its replication. The target must be
    /// a Kvrocks server with the same setting of <c>cluster-enabled</c>, because the setting affects the stored keys.
    /// </summary>
    public bool IsRaw { get; init; }

    /// <summary>
    /// The slots whose keys a raw replay sends; null for all. If it is set, records without a slot are not sent, and
    /// <see cref="Dataset.KeyspaceOptions.SlotEncoding"/> must be known.
    /// </summary>
    public SlotRange? Slots { get; init; }

    /// <summary>
    /// Returns whether <see cref="Only"/> contains everything that keeps the first number of a checkpoint from its second.
    /// </summary>
    internal bool OnlyCovers(Checkpoint checkpoint) =>
        OnlyRange is { } range && range.Confirmed == checkpoint.Confirmed && range.Executed == checkpoint.Executed;
}
