using System.Buffers.Binary;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDbProcess;

/// <summary>
/// Creates a batch byte for byte (<c>db/write_batch.cc</c>), for operations that the C API lacks. <c>rocksdb_writebatch_create_from</c>
/// accepts the batch as a whole; RocksDB checks it and assigns its sequence number.
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

    /// <summary>Returns true if the C API cannot write an operation.</summary>
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
            // The value, followed by its write time, which is 0.
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
