using WalParser.Batches;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.ServerRecords;

namespace WalParser.Kvrocks.Decoding;

/// <summary>
/// The meaning of an operation for Kvrocks, read in place: its spans are bytes of the operation and are valid as long as those. A property
/// that does not apply is empty, zero or null. A deletion has no value, so it has only the properties that follow from the key.
/// </summary>
public readonly ref struct DecodedOperation
{
    /// <summary>The kind of record that the operation changes.</summary>
    public DecodedOperationKind Kind { get; internal init; }

    /// <summary>The type of operation.</summary>
    public OperationType Operation { get; internal init; }

    /// <summary>The column family.</summary>
    public KvrocksColumnFamily Family { get; internal init; }

    /// <summary>
    /// The reason why it is <see cref="DecodedOperationKind.Undecodable"/>. The parts of the key that could be read are set.
    /// </summary>
    public string? Reason { get; internal init; }

    /// <summary>The namespace.</summary>
    public ReadOnlySpan<byte> Namespace { get; internal init; }

    /// <summary>The cluster slot; null if keys have none.</summary>
    public ushort? Slot { get; internal init; }

    /// <summary>
    /// The key as the user knows it; the channel of a <see cref="DecodedOperationKind.Message"/>; the key that a record of an index is
    /// about; the stored key in other families without users' keys.
    /// </summary>
    public ReadOnlySpan<byte> UserKey { get; internal init; }

    /// <summary>The version of the key; null for types without one (strings, JSON).</summary>
    public KvrocksVersion? Version { get; internal init; }

    /// <summary>
    /// The type of the key. For metadata it is the stored type; for an element it is that of the metadata with the same version, or the
    /// type in the log data before it; <see cref="KvrocksType.None"/> if it is not known.
    /// </summary>
    public KvrocksType Type { get; internal init; }

    /// <summary>The metadata, for an operation of that kind that is not a deletion.</summary>
    public KvrocksMetadata Metadata { get; internal init; }

    /// <summary>The log data, for an operation of that kind.</summary>
    public KvrocksLogData LogData { get; internal init; }

    /// <summary>What is deleted, for a <see cref="DecodedOperationKind.Range"/>.</summary>
    public DeletedRange Range { get; internal init; }

    /// <summary>The parts of the key of a <see cref="DecodedOperationKind.SearchRecord"/>.</summary>
    public SearchRecord Search { get; internal init; }

    /// <summary>The parts of the key of a <see cref="DecodedOperationKind.Propagated"/>.</summary>
    public PropagatedKey Propagated { get; internal init; }

    /// <summary>The element as it is stored in the key.</summary>
    public ReadOnlySpan<byte> Subkey { get; internal init; }

    /// <summary>The name of an element that has one: a field, a member, a label, the other series of a rule.</summary>
    public ReadOnlySpan<byte> Name { get; internal init; }

    /// <summary>
    /// The value of a string, a field, an element of a list and so on; for an entry of a stream, the bytes for
    /// <see cref="StreamEntryFields"/>; for a JSON key, the document; for an <see cref="DecodedOperationKind.IndexRecord"/>, the value of
    /// the label; otherwise the stored value. For a <see cref="DecodedOperationKind.Range"/>, the stored key before which it ends.
    /// </summary>
    public ReadOnlySpan<byte> Value { get; internal init; }

    /// <summary>
    /// The time at which the key or the hash's field expires; null if it never does, or after the year 9999: see
    /// <see cref="ExpiryMilliseconds"/>.
    /// </summary>
    public DateTimeOffset? Expiry => UnixMilliseconds.ToExpiry(ExpiryMilliseconds);

    /// <summary><see cref="Expiry"/> as it is stored: in milliseconds since 1970; 0 means never.</summary>
    public ulong ExpiryMilliseconds { get; internal init; }

    /// <summary>The score of a member, or the mean of a centroid.</summary>
    public double? Score { get; internal init; }

    /// <summary>The weight of a centroid.</summary>
    public double? Weight { get; internal init; }

    /// <summary>
    /// The index in a list, the byte offset of a fragment, the id in a sortedint, the first timestamp of a chunk, or the number of a
    /// segment, filter or page.
    /// </summary>
    public ulong? Index { get; internal init; }

    /// <summary>The number of the filter that a <see cref="DecodedOperationKind.CuckooPage"/> belongs to.</summary>
    public ushort? Filter { get; internal init; }

    /// <summary>The id of an entry or pending entry of a stream.</summary>
    public StreamEntryId? StreamId { get; internal init; }

    /// <summary>The name of a consumer group.</summary>
    public ReadOnlySpan<byte> Group { get; internal init; }

    /// <summary>The name of a consumer; for a pending entry, that of the consumer which has it.</summary>
    public ReadOnlySpan<byte> Consumer { get; internal init; }

    /// <summary>The record of a consumer group.</summary>
    public StreamGroup? GroupState { get; internal init; }

    /// <summary>The record of a consumer.</summary>
    public StreamConsumer? ConsumerState { get; internal init; }

    /// <summary>
    /// The time at which a pending entry was last delivered; null for other operations, and for a time after the year 9999.
    /// </summary>
    public DateTimeOffset? Delivered => DeliveredMilliseconds is { } delivered ? UnixMilliseconds.ToTime(delivered) : null;

    /// <summary><see cref="Delivered"/> as it is stored: in milliseconds since 1970.</summary>
    public ulong? DeliveredMilliseconds { get; internal init; }

    /// <summary>The number of deliveries of a pending entry.</summary>
    public ulong? Deliveries { get; internal init; }
}
