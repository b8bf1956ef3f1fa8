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
//   version 2, for an entity with values in blob files:
//   +---------+-------+---------------------------------------------+-----------+----------------+-----------------+-------+--------+
//   | version | count | sizes in bytes of the three parts before    | types     | name sizes     | value sizes     | names | values |
//   |         |       | the values: name sizes, value sizes, names  | (1 each)  |                |                 |       |        |
//   +---------+-------+---------------------------------------------+-----------+----------------+-----------------+-------+--------+
//
// All numbers are varint32s. A type is 0x01 for a value and 0x11 for a blob index (kTypeValue and kTypeBlobIndex in db/dbformat.h). Names
// ascend. Like RocksDB, this reader reads version 0 as version 1, accepts an entity without columns regardless of the bytes that follow,
// and ignores bytes after the last name size, value size, name or value.

/// <summary>
/// A wide-column entity, read in place: the value of a <see cref="Batches.OperationType.PutEntity"/>. It is checked completely before it
/// is returned; an enumeration reads its columns without any allocation.
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

    // In version 1, _nameSizes contains both names and value sizes, and there are no types.
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

    /// <summary>
    /// The version of the layout: 1, or 2, which is required for values in blob files. Version 0 has the layout of version 1.
    /// </summary>
    public int Version { get; }

    /// <summary>The number of columns.</summary>
    public int Count { get; }

    /// <summary>Whether the value of any column is in a blob file.</summary>
    public bool HasBlobIndexes => _types.Contains(BlobIndexType);

    /// <summary>
    /// Reads an entity from <paramref name="bytes"/> and checks it completely. The bytes must remain valid while the entity is used.
    /// </summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="entity">The entity.</param>
    /// <param name="reason">
    /// The reason why the bytes are not an entity, in RocksDB's words (<c>db/wide/wide_column_serialization.cc</c>); null on success.
    /// </param>
    /// <returns>True if the bytes are an entity.</returns>
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

    /// <summary>
    /// Whether bytes follow the last column in any part of the entity. Since 11.8, RocksDB does not write such an entity to a table file.
    /// </summary>
    internal bool HasTrailingBytes
    {
        get
        {
            Enumerator columns = GetEnumerator();
            while (columns.MoveNext())
            {
                // The enumeration consumes the parts.
            }

            return columns.HasRest;
        }
    }

    /// <summary>Returns an enumerator of the columns, in the order of their names.</summary>
    public Enumerator GetEnumerator() => new(this);

    /// <summary>
    /// Searches for the column with a name, in order; an empty name denotes the default column. Returns false if there is none.
    /// </summary>
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

    /// <summary>Version 1: skips names and value sizes to find the values. Returns the reason for a failure, or null.</summary>
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

        // Each column has at least two bytes, so the count is now verified.
        entity = new WideColumnEntity(version, (int)count, default, bytes[..^rest.Length], default, default, rest);
        return null;
    }

    /// <summary>Version 2: locates the parts. Returns the reason for a failure, or null.</summary>
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

        // The sum is computed in 64 bits, because three 32-bit sizes can overflow 32 bits.
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

    /// <summary>Checks all columns. Returns the reason for a failure, or null.</summary>
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
