using System.Diagnostics.CodeAnalysis;

namespace WalParser.Kvrocks.Comparison;

/// <summary>The parts of a key that are compared.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are those of Redis's types.")]
public enum ComparedPart
{
    /// <summary>The type.</summary>
    Type,

    /// <summary>The time at which the key expires, in milliseconds since 1970.</summary>
    Expiry,

    /// <summary>The number of bytes of a string, or of elements.</summary>
    Length,

    /// <summary>The bytes of a string or bitmap, or the text of a JSON document.</summary>
    Value,

    /// <summary>The number of bits of a bitmap that are set.</summary>
    BitCount,

    /// <summary>A register of a HyperLogLog.</summary>
    Register,

    /// <summary>A field of a hash and its value.</summary>
    Field,

    /// <summary>The time at which a field expires, in milliseconds since 1970.</summary>
    FieldExpiry,

    /// <summary>An element of a list; its name is the index.</summary>
    Element,

    /// <summary>A member of a set, a sorted set or a sortedint; the value is the score.</summary>
    Member,

    /// <summary>An entry of a stream: its fields and values, each quoted as in JSON if it is text.</summary>
    Entry,

    /// <summary>The last id of a stream.</summary>
    LastId,

    /// <summary>The number of entries that were ever added to a stream.</summary>
    EntriesAdded,

    /// <summary>The greatest id that was deleted from a stream.</summary>
    MaxDeletedId,

    /// <summary>A consumer group.</summary>
    Group,

    /// <summary>The id that a group was given last.</summary>
    LastDeliveredId,

    /// <summary>The number of entries that a group has read.</summary>
    EntriesRead,

    /// <summary>A consumer of a group.</summary>
    Consumer,

    /// <summary>A pending entry of a group: its consumer, the time of its delivery and the number of deliveries.</summary>
    PendingEntry,
}
