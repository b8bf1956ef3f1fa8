using WalParser.Blobs;
using WalParser.Coding;

namespace WalParser.WideColumns;

// The wire format (RocksDB, db/wide/wide_column_serialization.h):
//
//   version 1:
//   +---------+-------+------------------------------------+ - - - +---------------+ - - - +
//   | version | count | name size, name (…), value size    | …     | value         | …     |
//   +---------+-------+------------------------------------+ - - - +---------------+ - - - +
//
//   version 2, of an entity with values in blob files:
//   +---------+-------+---------------------------------------------+-----------+----------------+-----------------+-------+--------+
//   | version | count | sizes in bytes of the three parts before    | types     | name sizes     | value sizes     | names | values |
//   |         |       | the values: name sizes, value sizes, names  | (1 each)  |                |                 |       |        |
//   +---------+-------+---------------------------------------------+-----------+----------------+-----------------+-------+--------+
//
// All numbers are varint32s. A type is 0x01 for a value and 0x11 for a blob index (kTypeValue and kTypeBlobIndex in
// db/dbformat.h). Names ascend. RocksDB reads version 0 as version 1, takes an entity without columns for good whatever
// follows, and does not look at what lies behind the last name size, value size, name or value; neither does this.

/// <summary>
/// A wide-column entity, read in place: the value of a <see cref="Batches.OperationType.PutEntity"/>. It has been checked as a
/// whole when it is handed out; its columns are found on the way, without any allocation.
/// <code>
/// if (WideColumnEntity.TryRead(operation.Value, out WideColumnEntity entity, out string? reason))
/// {
///     foreach (WideColumn column in entity) { … }
/// }
/// </code>
/// </summary>
public readonly ref partial struct WideColumnEntity
{
    private const int SplitVersion = 2;
    private const byte InlineType = 0x01;
    private const byte BlobIndexType = 0x11;

    // Version 1 has names and value sizes in one part, _nameSizes, and no types.
    private readonly ReadOnlySpan<byte> _types;
    private readonly ReadOnlySpan<byte> _nameSizes;
    private readonly ReadOnlySpan<byte> _valueSizes;
    private readonly ReadOnlySpan<byte> _names;
    private readonly ReadOnlySpan<byte> _values;

    private WideColumnEntity(
        int version,
        int count,
        ReadOnlySpan<byte> types,
        ReadOnlySpan<byte> nameSizes,
        ReadOnlySpan<byte> valueSizes,
        ReadOnlySpan<byte> names,
        ReadOnlySpan<byte> values)
    {
        Version = version;
        Count = count;
        _types = types;
        _nameSizes = nameSizes;
        _valueSizes = valueSizes;
        _names = names;
        _values = values;
    }

    /// <summary>The version of the layout: 1, or 2, which alone can have values in blob files. 0 is laid out as 1.</summary>
    public int Version { get; }

    /// <summary>How many columns it has.</summary>
    public int Count { get; }

    /// <summary>Whether the value of any column is in a blob file.</summary>
    public bool HasBlobIndexes => _types.Contains(BlobIndexType);

    /// <summary>
    /// Reads the entity that <paramref name="bytes"/> are, and checks it to its end; they must stay valid as long as it is used.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="entity">The entity.</param>
    /// <param name="reason">
    /// Why they are none, in RocksDB's words (<c>db/wide/wide_column_serialization.cc</c>); null if they are one.
    /// </param>
    /// <returns>Whether they are one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out WideColumnEntity entity, out string? reason)
    {
        entity = default;
        ReadOnlySpan<byte> rest = bytes;
        if (!Varint.TryRead32(ref rest, out uint version))
        {
            reason = "Error decoding wide column version";
            return false;
        }

        if (version > SplitVersion)
        {
            reason = $"Unsupported wide column version: {version}";
            return false;
        }

        if (!Varint.TryRead32(ref rest, out uint count))
        {
            reason = "Error decoding number of wide columns";
            return false;
        }

        WideColumnEntity read;
        if (count == 0)
        {
            read = new WideColumnEntity((int)version, 0, default, default, default, default, default);
            reason = null;
        }
        else if (version == SplitVersion)
        {
            reason = TrySplit(rest, count, out read);
        }
        else
        {
            reason = TryFindValues(rest, count, (int)version, out read);
        }

        reason ??= read.Check();
        if (reason is not null)
        {
            return false;
        }

        entity = read;
        return true;
    }

    /// <summary>The columns, in the order of their names.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>Looks for the column of that name, the first to the last; the empty name is that of the default column.</summary>
    public bool TryGetColumn(scoped ReadOnlySpan<byte> name, out WideColumn column)
    {
        foreach (WideColumn candidate in this)
        {
            if (candidate.Name.SequenceEqual(name))
            {
                column = candidate;
                return true;
            }
        }

        column = default;
        return false;
    }

    /// <summary>Version 1: goes over names and value sizes to where the values begin. Returns what is wrong, or null.</summary>
    private static string? TryFindValues(ReadOnlySpan<byte> bytes, uint count, int version, out WideColumnEntity entity)
    {
        entity = default;
        ReadOnlySpan<byte> rest = bytes;
        for (uint i = 0; i < count; i++)
        {
            if (!Varint.TryRead32(ref rest, out uint nameSize) || nameSize > (uint)rest.Length)
            {
                return NameFault;
            }

            rest = rest[(int)nameSize..];
            if (!Varint.TryRead32(ref rest, out _))
            {
                return ValueSizeFault;
            }
        }

        // A column has taken two bytes at the least: the count is no longer a mere claim.
        entity = new WideColumnEntity(version, (int)count, default, bytes[..^rest.Length], default, default, rest);
        return null;
    }

    /// <summary>Version 2: finds the parts. Returns what is wrong, or null.</summary>
    private static string? TrySplit(ReadOnlySpan<byte> bytes, uint count, out WideColumnEntity entity)
    {
        entity = default;
        if (!Varint.TryRead32(ref bytes, out uint nameSizes))
        {
            return "Error decoding wide column name sizes bytes";
        }

        if (!Varint.TryRead32(ref bytes, out uint valueSizes))
        {
            return "Error decoding wide column value sizes bytes";
        }

        if (!Varint.TryRead32(ref bytes, out uint names))
        {
            return "Error decoding wide column names bytes";
        }

        if (count > (uint)bytes.Length)
        {
            return "Error decoding wide column types";
        }

        ReadOnlySpan<byte> types = bytes[..(int)count];
        if (types.ContainsAnyExcept(InlineType, BlobIndexType))
        {
            return "Unsupported wide column ValueType";
        }

        bytes = bytes[(int)count..];

        // The sum is taken in 64 bits: three sizes of 32 can overflow them.
        if ((ulong)nameSizes + valueSizes + names > (ulong)bytes.Length)
        {
            return "Error decoding wide column sections";
        }

        ReadOnlySpan<byte> rest = bytes[(int)nameSizes..];
        entity = new WideColumnEntity(
            SplitVersion,
            (int)count,
            types,
            bytes[..(int)nameSizes],
            rest[..(int)valueSizes],
            rest.Slice((int)valueSizes, (int)names),
            rest[(int)(valueSizes + names)..]);
        return null;
    }

    /// <summary>Goes over all columns. Returns what is wrong, or null.</summary>
    private string? Check()
    {
        Enumerator columns = GetEnumerator();
        ReadOnlySpan<byte> last = default;
        for (bool isFirst = true; columns.MoveNext(); isFirst = false)
        {
            WideColumn column = columns.Current;
            if (!isFirst && last.SequenceCompareTo(column.Name) >= 0)
            {
                return "Wide columns out of order";
            }

            if (column.IsBlobIndex && !BlobIndex.TryRead(column.Value, out _))
            {
                return "Error decoding blob index in wide column";
            }

            last = column.Name;
        }

        return columns.Fault;
    }
}
