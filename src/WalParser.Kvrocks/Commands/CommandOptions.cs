using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Commands;

/// <summary>The options of a <see cref="CommandConverter"/>.</summary>
public sealed record CommandOptions
{
    /// <summary>The kind of server that the commands are for.</summary>
    public CommandTarget Target { get; init; }

    /// <summary>
    /// The namespaces to convert; null for all. Batches are applied to the dataset of other namespaces, too, and changes there are counted.
    /// </summary>
    public IReadOnlyCollection<ReadOnlyMemory<byte>>? Namespaces { get; init; }

    /// <summary>
    /// Whether JSON documents are converted (JSON.SET). A server that does not know the command refuses it, and does not start from an
    /// append-only file that contains it. If false, the documents are noted (<see cref="ConversionNoteKind.JsonOmitted"/>).
    /// </summary>
    public bool WithJson { get; init; } = true;

    /// <summary>
    /// Whether the expiry of fields of hashes is converted (HPEXPIREAT). A server that does not know the command (Redis before 7.4) refuses
    /// it. If false, the fields are written without an expiry, and the hashes are noted
    /// (<see cref="ConversionNoteKind.FieldExpiryOmitted"/>).
    /// </summary>
    public bool WithFieldExpiry { get; init; } = true;

    /// <summary>
    /// The time for which an expiry is held back: one that is not at least this far in the future is set only by
    /// <see cref="CommandConverter.Complete"/>, because the server that the commands are loaded into would drop the key at its expiry,
    /// although later batches still change it. The commands may be loaded up to this time after the conversion, and still build the dataset
    /// of the log.
    /// </summary>
    public TimeSpan ExpiryHold { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The clock with which expiries are compared.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether sequence numbers that are missing between two batches are noted as <see cref="ConversionNoteKind.Gap"/>; the default. False
    /// if the caller knows better which of them are lost, and calls <see cref="CommandConverter.NoteGap"/>.
    /// </summary>
    public bool NotesGaps { get; init; } = true;

    /// <summary>
    /// Whether the commands are for a cluster: each has keys in one slot only, and no command is for all keys. RENAME and COPY are used only
    /// within a slot, and a DEL of each known key takes the place of FLUSHDB and FLUSHALL.
    /// </summary>
    internal bool IsForCluster { get; init; }

    /// <summary>
    /// Whether a string is set together with its expiry (SET with PXAT, which Redis knows since 6.2). If false, PEXPIREAT follows.
    /// </summary>
    internal bool WithSetExpiry { get; init; } = true;

    /// <summary>Whether a copied key is made with COPY, which Redis knows since 6.2. If false, it is written as any other.</summary>
    internal bool WithCopy { get; init; } = true;

    /// <summary>The options for reading the stored records.</summary>
    public KeyspaceOptions Keyspace { get; init; } = new();

    /// <summary>Returns why keys of a type that has no commands are omitted.</summary>
    internal ConversionNoteKind KindOfOmission(KvrocksType type) =>
        type == KvrocksType.Json && !WithJson ? ConversionNoteKind.JsonOmitted : ConversionNoteKind.NoCommand;
}
