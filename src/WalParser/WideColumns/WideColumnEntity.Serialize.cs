using WalParser.Blobs;
using WalParser.Coding;

namespace WalParser.WideColumns;

public readonly ref partial struct WideColumnEntity
{
    /// <summary>
    /// Serializes an entity as RocksDB does (<c>db/wide/wide_column_serialization.cc</c>): with its columns sorted by name, in version 1
    /// or, if any value is in a blob file, in version 2.
    /// </summary>
    /// <param name="columns">The columns, in any order.</param>
    /// <returns>The bytes of the entity, which <see cref="TryRead"/> reads.</returns>
    /// <exception cref="ArgumentException">
    /// Two columns have the same name, or a value that is marked as a blob index is not one.
    /// </exception>
    /// <exception cref="OverflowException">The entity would exceed the maximum size of an array.</exception>
    public static byte[] Serialize(IEnumerable<NewWideColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        NewWideColumn[] sorted = [.. columns];
        Array.Sort(sorted, (one, other) => one.Name.Span.SequenceCompareTo(other.Name.Span));
        bool isSplit = false;
        int nameSizes = 0, valueSizes = 0, names = 0, values = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            NewWideColumn column = sorted[i];
            if (i > 0 && sorted[i - 1].Name.Span.SequenceEqual(column.Name.Span))
            {
                throw new ArgumentException(
                    $"Two columns have the name {Convert.ToHexString(column.Name.Span)} (in hex).", nameof(columns));
            }

            if (column.IsBlobIndex && !BlobIndex.TryRead(column.Value.Span, out _, out string? reason))
            {
                throw new ArgumentException(reason, nameof(columns));
            }

            isSplit |= column.IsBlobIndex;
            checked
            {
                nameSizes += Varint.SizeOf((uint)column.Name.Length);
                valueSizes += Varint.SizeOf((uint)column.Value.Length);
                names += column.Name.Length;
                values += column.Value.Length;
            }
        }

        int parts = isSplit
            ? Varint.SizeOf((uint)nameSizes) + Varint.SizeOf((uint)valueSizes) + Varint.SizeOf((uint)names) + sorted.Length
            : 0;
        byte[] entity = new byte[checked(1 + Varint.SizeOf((uint)sorted.Length) + parts + nameSizes + valueSizes + names + values)];
        Span<byte> rest = entity;
        PutNumber(ref rest, isSplit ? SplitVersion : 1);
        PutNumber(ref rest, sorted.Length);
        if (isSplit)
        {
            PutNumber(ref rest, nameSizes);
            PutNumber(ref rest, valueSizes);
            PutNumber(ref rest, names);
            foreach (NewWideColumn column in sorted)
            {
                rest[0] = column.IsBlobIndex ? BlobIndexType : InlineType;
                rest = rest[1..];
            }

            foreach (NewWideColumn column in sorted)
            {
                PutNumber(ref rest, column.Name.Length);
            }

            foreach (NewWideColumn column in sorted)
            {
                PutNumber(ref rest, column.Value.Length);
            }

            foreach (NewWideColumn column in sorted)
            {
                Put(ref rest, column.Name);
            }
        }
        else
        {
            foreach (NewWideColumn column in sorted)
            {
                PutNumber(ref rest, column.Name.Length);
                Put(ref rest, column.Name);
                PutNumber(ref rest, column.Value.Length);
            }
        }

        foreach (NewWideColumn column in sorted)
        {
            Put(ref rest, column.Value);
        }

        return entity;
    }

    private static void PutNumber(ref Span<byte> rest, int number) => rest = rest[Varint.Write(rest, (uint)number)..];

    private static void Put(ref Span<byte> rest, ReadOnlyMemory<byte> bytes)
    {
        bytes.Span.CopyTo(rest);
        rest = rest[bytes.Length..];
    }
}
