using System.Buffers;
using System.Buffers.Binary;
using WalParser.Batches;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Builds a batch from operations that are copied from another batch and from deletions that replace the deletion of a range.
/// </summary>
internal sealed class RawBatchWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly ulong _sequence;

    public RawBatchWriter(ulong sequence)
    {
        _sequence = sequence;
        _bytes.Write(stackalloc byte[WriteBatch.HeaderSize]);
    }

    /// <summary>The number of operations that change a key.</summary>
    public uint Count { get; private set; }

    /// <summary>Adds the bytes of an operation, including its tag.</summary>
    public void Add(ReadOnlySpan<byte> operation, bool isCounted)
    {
        _bytes.Write(operation);
        Count += isCounted ? 1U : 0;
    }

    public void AddDeletion(uint columnFamily, ReadOnlySpan<byte> key)
    {
        Begin(BatchTag.Deletion, BatchTag.ColumnFamilyDeletion, columnFamily);
        WriteField(key);
    }

    public void AddRangeDeletion(uint columnFamily, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> end)
    {
        Begin(BatchTag.RangeDeletion, BatchTag.ColumnFamilyRangeDeletion, columnFamily);
        WriteField(begin);
        WriteField(end);
    }

    public ReadOnlyMemory<byte> ToBytes()
    {
        byte[] bytes = _bytes.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(ulong)), Count);
        return bytes;
    }

    private void Begin(BatchTag tag, BatchTag tagWithFamily, uint columnFamily)
    {
        Count++;
        if (columnFamily == 0)
        {
            _bytes.Write([(byte)tag]);
            return;
        }

        _bytes.Write([(byte)tagWithFamily]);
        WriteVarint(columnFamily);
    }

    private void WriteField(ReadOnlySpan<byte> bytes)
    {
        WriteVarint((uint)bytes.Length);
        _bytes.Write(bytes);
    }

    private void WriteVarint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Write([(byte)(value | 0x80)]);
        }

        _bytes.Write([(byte)value]);
    }
}
