using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace WalParser.TestSupport.Logs;

/// <summary>Builds write batches for tests, from the description of the format and without the library: any tag and any fields.</summary>
public sealed class BatchBuilder
{
    private readonly List<byte> _bytes = [];
    private uint _count;

    public BatchBuilder Reset()
    {
        _bytes.Clear();
        _bytes.AddRange(new byte[12]);
        _count = 0;
        return this;
    }

    public BatchBuilder() => Reset();

    /// <summary>Adds an operation that counts: its tag, the column family if it is not null, and its fields.</summary>
    public BatchBuilder Counted(byte tag, uint? columnFamily, params ReadOnlySpan<byte[]> fields)
    {
        _count++;
        _bytes.Add(tag);
        if (columnFamily is { } id)
        {
            Varint32(id);
        }

        foreach (byte[] field in fields)
        {
            Field(field);
        }

        return this;
    }

    public BatchBuilder Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        _count++;
        _bytes.Add(0x01);
        Field(key);
        Field(value);
        return this;
    }

    /// <summary>Adds an operation that does not count: its tag and its fields.</summary>
    public BatchBuilder Uncounted(byte tag, params ReadOnlySpan<byte[]> fields)
    {
        _bytes.Add(tag);
        foreach (byte[] field in fields)
        {
            Field(field);
        }

        return this;
    }

    public ReadOnlySpan<byte> Build(ulong sequence, uint? count = null)
    {
        Span<byte> bytes = CollectionsMarshal.AsSpan(_bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], count ?? _count);
        return bytes;
    }

    private void Field(ReadOnlySpan<byte> bytes)
    {
        Varint32((uint)bytes.Length);
        _bytes.AddRange(bytes);
    }

    private void Varint32(uint value) => _bytes.AddRange(WalBytes.Varint(value));
}
