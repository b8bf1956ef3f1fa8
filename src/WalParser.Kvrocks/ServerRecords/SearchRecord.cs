using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.ServerRecords;

// The format of the keys (Kvrocks, src/search/search_encoding.h); integers are big-endian, and names have their length in 32 bits before
// them. Keys of this family never contain a slot.
//
//   +----------------------+-----------+----------+-------+
//   | namespace length (1) | namespace | kind (1) | index | ...
//   +----------------------+-----------+----------+-------+
//
// After that: nothing for an index (0) and its prefixes (1); the field for a field of the schema (2) and an alias (4); for the content of a
// field (3) the field, and by its type: a tag and a key; a number and a key; or a level (2), 1 and a key, or a level (2), 2 and two keys.
// The key does not contain the type of the field, so the form that fits exactly is taken.

/// <summary>
/// A key of the column family <c>search</c>, read in place: its spans point into the bytes that it was read from. Properties that do not
/// apply to the kind are empty or 0.
/// </summary>
public readonly ref struct SearchRecord
{
    private const byte NodeOfGraph = 1;
    private const byte EdgeOfGraph = 2;

    /// <summary>The size of the parts that all kinds have, in bytes.</summary>
    private readonly int _startSize;

    private SearchRecord(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> index, int startSize)
    {
        Namespace = ns;
        Index = index;
        _startSize = startSize;
    }

    /// <summary>The kind of the record.</summary>
    public SearchRecordKind Kind { get; private init; }

    /// <summary>The namespace.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    /// <summary>The name of the search index.</summary>
    public ReadOnlySpan<byte> Index { get; }

    /// <summary>The name of the field.</summary>
    public ReadOnlySpan<byte> Field { get; private init; }

    /// <summary>The tag.</summary>
    public ReadOnlySpan<byte> Tag { get; private init; }

    /// <summary>The number.</summary>
    public double Number { get; private init; }

    /// <summary>The key that is indexed; for an edge, that from which it goes.</summary>
    public ReadOnlySpan<byte> UserKey { get; private init; }

    /// <summary>The key to which an edge goes.</summary>
    public ReadOnlySpan<byte> OtherKey { get; private init; }

    /// <summary>The level of the graph.</summary>
    public ushort Level { get; private init; }

    /// <summary>Reads a stored key. Returns false if it is shorter than the lengths in it require.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SearchRecord record)
    {
        if (!TryReadStart(bytes, out record, out byte number))
        {
            return false;
        }

        var reader = new BigEndianReader(bytes[record._startSize..]);
        const byte LastKind = 4;
        switch (number)
        {
            case 0 or 1:
                record = record with { Kind = number == 0 ? SearchRecordKind.Index : SearchRecordKind.Prefixes };
                return reader.Rest.IsEmpty;
            case > LastKind:
                return true;
        }

        if (!reader.TryReadSized32(out ReadOnlySpan<byte> field))
        {
            return false;
        }

        record = record with { Field = field };
        if (number == 3)
        {
            return TryReadContent(reader.Rest, ref record);
        }

        record = record with { Kind = number == 2 ? SearchRecordKind.Field : SearchRecordKind.Alias };
        return reader.Rest.IsEmpty;
    }

    /// <summary>
    /// Reads the value of a <see cref="SearchRecordKind.Index"/>: the number of the type of the keys that are indexed, 2 for hashes or 10
    /// for JSON documents. Returns false if the bytes are too short.
    /// </summary>
    public static bool TryReadType(ReadOnlySpan<byte> value, out byte type)
    {
        type = value.Length > 1 ? value[1] : (byte)0;
        return value.Length > 1;
    }

    /// <summary>
    /// Reads the value of a <see cref="SearchRecordKind.Prefixes"/>; empty if the keys of all names are indexed. It ends at the first
    /// prefix that is not complete.
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> ReadPrefixes(ReadOnlySpan<byte> value)
    {
        List<ReadOnlyMemory<byte>> prefixes = [];
        var reader = new BigEndianReader(value);
        while (reader.TryReadSized32(out ReadOnlySpan<byte> prefix))
        {
            prefixes.Add(prefix.ToArray());
        }

        return prefixes;
    }

    /// <summary>Reads the parts that all kinds have, and the number of the kind.</summary>
    internal static bool TryReadStart(ReadOnlySpan<byte> bytes, out SearchRecord record, out byte kind)
    {
        var reader = new BigEndianReader(bytes);
        ReadOnlySpan<byte> index = default;
        kind = 0;
        bool isWhole = reader.TryReadSized8(out ReadOnlySpan<byte> ns)
            && reader.TryRead8(out kind)
            && reader.TryReadSized32(out index);
        record = isWhole ? new SearchRecord(ns, index, bytes.Length - reader.Rest.Length) : default;
        return isWhole;
    }

    private static bool TryReadContent(ReadOnlySpan<byte> content, ref SearchRecord record)
    {
        var reader = new BigEndianReader(content);
        if (reader.TryReadSized32(out ReadOnlySpan<byte> tag) && reader.TryReadSized32(out ReadOnlySpan<byte> key) && reader.Rest.IsEmpty)
        {
            record = record with { Kind = SearchRecordKind.Tag, Tag = tag, UserKey = key };
            return true;
        }

        reader = new BigEndianReader(content);
        if (reader.TryReadDouble(out double number) && reader.TryReadSized32(out key) && reader.Rest.IsEmpty)
        {
            record = record with { Kind = SearchRecordKind.Number, Number = number, UserKey = key };
            return true;
        }

        reader = new BigEndianReader(content);
        if (!reader.TryRead16(out ushort level) || !reader.TryRead8(out byte part) || !reader.TryReadSized32(out key))
        {
            return false;
        }

        ReadOnlySpan<byte> other = default;
        bool isWhole = part == NodeOfGraph || (part == EdgeOfGraph && reader.TryReadSized32(out other));
        record = record with
        {
            Kind = part == NodeOfGraph ? SearchRecordKind.VectorNode : SearchRecordKind.VectorEdge,
            Level = level,
            UserKey = key,
            OtherKey = other,
        };
        return isWhole && reader.Rest.IsEmpty;
    }
}
