using System.Buffers.Binary;
using WalParser.RocksDbProcess.Native;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDbProcess;

/// <summary>A write batch of RocksDB.</summary>
internal sealed class Batch : IDisposable
{
    /// <param name="database">The database whose column families the operations name.</param>
    /// <param name="operations">The operations.</param>
    public Batch(Database database, Operation[] operations)
    {
        if (operations.Any(RawBatch.IsNeededFor))
        {
            var raw = new RawBatch();
            foreach (Operation operation in operations)
            {
                raw.Add(operation, Api.rocksdb_column_family_handle_get_id(database.FamilyOf(operation.Family)));
            }

            byte[] bytes = raw.Build();
            Handle = Api.rocksdb_writebatch_create_from(bytes, (nuint)bytes.Length);
            return;
        }

        Handle = Api.rocksdb_writebatch_create();
        foreach (Operation operation in operations)
        {
            Add(operation, database.FamilyOf(operation.Family));
        }
    }

    public nint Handle { get; }

    public void Dispose() => Api.rocksdb_writebatch_destroy(Handle);

    private void Add(Operation operation, nint family)
    {
        (byte[] key, byte[] value) = (operation.Key, operation.Value);
        (nuint keySize, nuint valueSize) = ((nuint)key.Length, (nuint)value.Length);
        byte[]? timestamp = operation.Timestamp is { } time ? TimestampOf(time) : null;
        switch (operation.Kind)
        {
            case OperationKind.Put when timestamp is not null:
                Api.rocksdb_writebatch_put_cf_with_ts(Handle, family, key, keySize, timestamp, (nuint)timestamp.Length, value, valueSize);
                break;
            case OperationKind.Delete when timestamp is not null:
                Api.rocksdb_writebatch_delete_cf_with_ts(Handle, family, key, keySize, timestamp, (nuint)timestamp.Length);
                break;
            case OperationKind.SingleDelete when timestamp is not null:
                Api.rocksdb_writebatch_singledelete_cf_with_ts(Handle, family, key, keySize, timestamp, (nuint)timestamp.Length);
                break;
            case OperationKind.Put:
                Api.rocksdb_writebatch_put_cf(Handle, family, key, keySize, value, valueSize);
                break;
            case OperationKind.Delete:
                Api.rocksdb_writebatch_delete_cf(Handle, family, key, keySize);
                break;
            case OperationKind.SingleDelete:
                Api.rocksdb_writebatch_singledelete_cf(Handle, family, key, keySize);
                break;
            case OperationKind.DeleteRange:
                Api.rocksdb_writebatch_delete_range_cf(Handle, family, key, keySize, value, valueSize);
                break;
            case OperationKind.Merge:
                Api.rocksdb_writebatch_merge_cf(Handle, family, key, keySize, value, valueSize);
                break;
            case OperationKind.LogData:
                Api.rocksdb_writebatch_put_log_data(Handle, key, keySize);
                break;
            default:
                throw new RocksDbException($"The C API cannot write {operation.Kind}.");
        }
    }

    /// <summary>Encodes a timestamp as <c>leveldb.BytewiseComparator.u64ts</c> expects it: 8 bytes, the least significant first.</summary>
    private static byte[] TimestampOf(ulong time)
    {
        byte[] bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, time);
        return bytes;
    }
}
