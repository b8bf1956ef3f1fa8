using System.Buffers.Binary;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDbProcess;

/// <summary>
/// Lays a batch out byte for byte (<c>db/write_batch.cc</c>), for the operations that the C API lacks: RocksDB takes it whole, by
/// <c>rocksdb_writebatch_create_from</c>, checks it, and numbers it.
/// </summary>
internal sealed class RawBatch
{
    private const int HeaderSize = 12;
    private const int CountOffset = 8;

    // The tags that name a column family (db/dbformat.h, ValueType).
    private const byte FamilyDeletion = 0x04;
    private const byte FamilyValue = 0x05;
    private const byte FamilyMerge = 0x06;
    private const byte LogData = 0x03;
    private const byte FamilySingleDeletion = 0x08;
    private const byte FamilyRangeDeletion = 0x0E;
    private const byte FamilyWideColumnEntity = 0x17;
    private const byte FamilyValuePreferredSeqno = 0x19;

    private readonly List<byte> _bytes = [.. new byte[HeaderSize]];
    private uint _count;

    /// <summary>Whether an operation can be written in no other way.</summary>
    public static bool IsNeededFor(Operation operation) => operation.Kind is OperationKind.PutEntity or OperationKind.TimedPut;

    public void Add(Operation operation, uint family)
    {
        if (operation.Kind == OperationKind.LogData)
        {
            _bytes.Add(LogData);
            WriteString(operation.Key);
            return;
        }

        _count++;
        _bytes.Add(operation.Kind switch
        {
            OperationKind.Put => FamilyValue,
            OperationKind.Delete => FamilyDeletion,
            OperationKind.SingleDelete => FamilySingleDeletion,
            OperationKind.DeleteRange => FamilyRangeDeletion,
            OperationKind.Merge => FamilyMerge,
            OperationKind.PutEntity => FamilyWideColumnEntity,
            _ => FamilyValuePreferredSeqno,
        });
        WriteVarint(family);
        WriteString(operation.Key);
        if (operation.Kind == OperationKind.TimedPut)
        {
            // The value, then the time at which it counts as written: 0, long ago.
            WriteString([.. operation.Value, .. new byte[sizeof(ulong)]]);
        }
        else if (operation.Kind is not (OperationKind.Delete or OperationKind.SingleDelete))
        {
            WriteString(operation.Value);
        }
    }

    public byte[] Build()
    {
        byte[] batch = _bytes.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(batch.AsSpan(CountOffset), _count);
        return batch;
    }

    private void WriteString(byte[] bytes)
    {
        WriteVarint((uint)bytes.Length);
        _bytes.AddRange(bytes);
    }

    private void WriteVarint(uint value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _bytes.Add((byte)(value | 0x80));
        }

        _bytes.Add((byte)value);
    }
}
