using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

// The format (Kvrocks, src/types/redis_stream.cc); integers are big-endian. The subkey of an entry is its id. Any other subkey begins with
// 2^64 − 1, which is not the first half of the id of any entry, and a byte for its kind:
//
//   +-----------+--------------+                                          entry
//   | 2^64 − 1  | 1 (1)        | length (8), group                        group
//   | 2^64 − 1  | 2 (1)        | length (8), group, length (8), consumer  consumer
//   | 2^64 − 1  | 3 (1)        | length (8), group, id (16)               pending entry

/// <summary>
/// The subkey of a record in the column family <c>stream</c>, read in place: its spans point into the bytes that it was read from.
/// Properties that do not apply to the kind are empty.
/// </summary>
public readonly ref struct StreamSubkey
{
    private const ulong NoEntry = ulong.MaxValue;
    private const int EntrySize = 2 * sizeof(ulong);

    private StreamSubkey(StreamSubkeyKind kind, StreamEntryId id, ReadOnlySpan<byte> group, ReadOnlySpan<byte> consumer)
    {
        Kind = kind;
        Id = id;
        Group = group;
        Consumer = consumer;
    }

    /// <summary>The kind of the record.</summary>
    public StreamSubkeyKind Kind { get; }

    /// <summary>The id of the entry or pending entry.</summary>
    public StreamEntryId Id { get; }

    /// <summary>The name of the group; empty for an entry.</summary>
    public ReadOnlySpan<byte> Group { get; }

    /// <summary>The name of the consumer; empty for any other kind.</summary>
    public ReadOnlySpan<byte> Consumer { get; }

    /// <summary>Reads a subkey. Returns false if the bytes are not one of the known kinds.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out StreamSubkey subkey)
    {
        subkey = default;
        var reader = new BigEndianReader(bytes);
        if (!reader.TryRead64(out ulong first))
        {
            return false;
        }

        if (first != NoEntry)
        {
            if (bytes.Length != EntrySize || !reader.TryRead64(out ulong second))
            {
                return false;
            }

            subkey = new StreamSubkey(StreamSubkeyKind.Entry, new StreamEntryId(first, second), default, default);
            return true;
        }

        if (!reader.TryRead8(out byte number) || !reader.TryReadSized64(out ReadOnlySpan<byte> group))
        {
            return false;
        }

        var kind = (StreamSubkeyKind)number;
        StreamEntryId id = default;
        ReadOnlySpan<byte> consumer = default;
        bool isWhole = kind switch
        {
            StreamSubkeyKind.Group => true,
            StreamSubkeyKind.Consumer => reader.TryReadSized64(out consumer),
            StreamSubkeyKind.PendingEntry => StreamEntryId.TryRead(ref reader, out id),
            _ => false,
        };
        subkey = new StreamSubkey(kind, id, group, consumer);
        return isWhole && reader.Rest.IsEmpty;
    }
}
