using WalParser.Batches;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.LogRecords;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Decoding;

/// <summary>
/// An operation as what it means to Kvrocks, read in place: its spans are the batch's bytes and live as long as those. What does not apply is empty, zero
/// or null. Of a deletion there is no value, so that only what the key says is there.
/// </summary>
public readonly ref struct DecodedOperation
{
    /// <summary>What it is about.</summary>
    public DecodedOperationKind Kind { get; internal init; }

    /// <summary>What the operation does.</summary>
    public OperationType Operation { get; internal init; }

    /// <summary>The column family.</summary>
    public KvrocksColumnFamily Family { get; internal init; }

    /// <summary>Why it is <see cref="DecodedOperationKind.Undecodable"/>. As far as the key could be read, its parts are there all the same.</summary>
    public string? Reason { get; internal init; }

    /// <summary>The namespace.</summary>
    public ReadOnlySpan<byte> Namespace { get; internal init; }

    /// <summary>The cluster slot, where keys carry it.</summary>
    public ushort? Slot { get; internal init; }

    /// <summary>The key as the user knows it; the channel of a <see cref="DecodedOperationKind.Message"/>; else the stored key of a family without users' keys.</summary>
    public ReadOnlySpan<byte> UserKey { get; internal init; }

    /// <summary>The life of the key; null where there is none (strings, JSON).</summary>
    public KvrocksVersion? Version { get; internal init; }

    /// <summary>
    /// The key's type. Of metadata it is what that says; of an element it is what was said before, or what the log data before it lets expect;
    /// <see cref="KvrocksType.None"/> if not known.
    /// </summary>
    public KvrocksType Type { get; internal init; }

    /// <summary>The metadata, of an item of that kind that is not a deletion.</summary>
    public KvrocksMetadata Metadata { get; internal init; }

    /// <summary>The log data, of an item of that kind.</summary>
    public KvrocksLogData LogData { get; internal init; }

    /// <summary>The element as it stands in the key.</summary>
    public ReadOnlySpan<byte> Subkey { get; internal init; }

    /// <summary>What has a name, its name: a field, a member, a label.</summary>
    public ReadOnlySpan<byte> Name { get; internal init; }

    /// <summary>
    /// The value: of a string, a field, a list's element and so on; of a stream's entry, for <see cref="StreamEntryFields"/>; of a JSON key, the
    /// document; else what is stored. Of a <see cref="DecodedOperationKind.Range"/>, the stored key before which it ends.
    /// </summary>
    public ReadOnlySpan<byte> Value { get; internal init; }

    /// <summary>The time at which the key or the hash's field expires; null if it never does, or after the year 9999: see <see cref="ExpiryMilliseconds"/>.</summary>
    public DateTimeOffset? Expiry => UnixTime.OfExpiry(ExpiryMilliseconds);

    /// <summary><see cref="Expiry"/> as it is stored: in milliseconds since 1970; 0 means never.</summary>
    public ulong ExpiryMilliseconds { get; internal init; }

    /// <summary>A member's score, or a centroid's mean.</summary>
    public double? Score { get; internal init; }

    /// <summary>A centroid's weight.</summary>
    public double? Weight { get; internal init; }

    /// <summary>A list's index, a fragment's byte offset, a sortedint's id, a segment's, filter's, part's or chunk's number.</summary>
    public ulong? Index { get; internal init; }

    /// <summary>The id of a stream's entry or pending entry.</summary>
    public StreamEntryId? StreamId { get; internal init; }

    /// <summary>The name of a consumer group.</summary>
    public ReadOnlySpan<byte> Group { get; internal init; }

    /// <summary>The name of a consumer; of a pending entry, of who has it.</summary>
    public ReadOnlySpan<byte> Consumer { get; internal init; }

    /// <summary>What a consumer group's record says.</summary>
    public StreamGroup? GroupState { get; internal init; }

    /// <summary>What a consumer's record says.</summary>
    public StreamConsumer? ConsumerState { get; internal init; }

    /// <summary>The time at which a pending entry was last delivered; null for other operations, and for a time after the year 9999.</summary>
    public DateTimeOffset? Delivered => DeliveredMilliseconds is { } delivered ? UnixTime.FromMilliseconds(delivered) : null;

    /// <summary><see cref="Delivered"/> as it is stored: in milliseconds since 1970.</summary>
    public ulong? DeliveredMilliseconds { get; internal init; }

    /// <summary>How often a pending entry was delivered.</summary>
    public ulong? Deliveries { get; internal init; }
}
