using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace WalParser.Tests.Fixtures;

/// <summary>Writes write batches for tests, from the format's description alone: any tag, any fields.</summary>
internal sealed class BatchBuilder
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

    /// <summary>A record of a key's operation: tag, family if it is not 0, fields.</summary>
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

    /// <summary>A record that does not count: tag, fields.</summary>
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

    private void Varint32(uint value) => _bytes.AddRange(Varint(value));

    public static byte[] Varint(uint value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }

        return [.. bytes, (byte)value];
    }
}
