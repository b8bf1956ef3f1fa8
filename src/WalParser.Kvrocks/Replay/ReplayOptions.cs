using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Items;

namespace WalParser.Kvrocks.Replay;

/// <summary>How a <see cref="Replayer"/> brings batches to a server.</summary>
public sealed record ReplayOptions
{
    /// <summary>
    /// How commands are made. Of a raw replay, <see cref="CommandOptions.Namespaces"/> and <see cref="CommandOptions.Keyspace"/> count.
    /// Unless these are of one namespace, <see cref="DatabaseOf"/> is to keep them apart.
    /// </summary>
    public CommandOptions Commands { get; init; } = new();

    /// <summary>The database that a namespace's keys go into; null: all into that of the endpoint.</summary>
    public Func<ReadOnlyMemory<byte>, int>? DatabaseOf { get; init; }

    /// <summary>
    /// Batches that begin with a smaller number are where the rest goes already: they are read, and not sent. Null: none, or what the
    /// checkpoint says.
    /// </summary>
    public ulong? FromSequence { get; init; }

    /// <summary>
    /// A key, in the endpoint's database, that holds how far the replay has come; null for none. Commands set it in the transaction of each
    /// batch, so that what was interrupted in whatever way goes on exactly; it holds the last applied sequence number, at times with a second one
    /// behind a space (the batch of which the transaction is done, and not what stands behind it).
    /// </summary>
    public ReadOnlyMemory<byte>? CheckpointKey { get; init; }

    /// <summary>Whether it goes on behind refused commands.</summary>
    public bool KeepGoing { get; init; }

    /// <summary>How many of the refused commands are kept for the result; all are counted.</summary>
    public int MaxRefusals { get; init; } = 10;

    /// <summary>
    /// How many commands may be under way at once. When one is refused, those under way behind it are carried out all the same; 1 makes each
    /// batch wait for the replies of the one before.
    /// </summary>
    public int Window { get; init; } = 4096;

    /// <summary>
    /// Whether the batches themselves are sent, by Kvrocks's APPLYBATCH: exact for all types. They are sent as they are but for what belongs to
    /// the server that wrote them: published messages, its scripts and settings, and the id of its replication. The target must be a Kvrocks
    /// with the same setting of <c>cluster-enabled</c>, as it is part of the keys.
    /// </summary>
    public bool IsRaw { get; init; }

    /// <summary>
    /// Of a raw replay, the slots whose keys are wanted; null = all. What has no slot is then left out. It must be known whether keys carry their
    /// slot (<see cref="Dataset.KeyspaceOptions.SlotEncoding"/>).
    /// </summary>
    public SlotRange? Slots { get; init; }
}
