using System.Text;
using WalParser.RocksDbProcess.Native;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDbProcess;

/// <summary>An open transaction, pessimistic or optimistic.</summary>
internal sealed class DatabaseTransaction : IDisposable
{
    private readonly Database _database;
    private readonly nint _handle;

    /// <param name="database">A transaction database.</param>
    /// <param name="name">The transaction's name, which two-phase commit needs. An optimistic transaction receives none, because it cannot
    /// be prepared.</param>
    /// <param name="unpreparedThreshold">The size in bytes at which a write-unprepared transaction writes its operations before it is
    /// prepared.</param>
    public DatabaseTransaction(Database database, string name, long unpreparedThreshold)
    {
        _database = database;
        nint writeOptions = Api.rocksdb_writeoptions_create();
        if (database.IsPessimistic)
        {
            nint options = Api.rocksdb_transaction_options_create();
            if (unpreparedThreshold > 0)
            {
                Api.rocksdb_transaction_options_set_write_batch_flush_threshold(options, unpreparedThreshold);
            }

            _handle = Api.rocksdb_transaction_begin(database.Handle, writeOptions, options, 0);
            Api.rocksdb_transaction_options_destroy(options);
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            Api.rocksdb_transaction_set_name(_handle, bytes, (nuint)bytes.Length, out nint error);
            RocksDbException.ThrowIf(error);
        }
        else
        {
            nint options = Api.rocksdb_optimistictransaction_options_create();
            _handle = Api.rocksdb_optimistictransaction_begin(database.Handle, writeOptions, options, 0);
            Api.rocksdb_optimistictransaction_options_destroy(options);
        }

        Api.rocksdb_writeoptions_destroy(writeOptions);
    }

    public void Add(Operation operation)
    {
        (byte[] key, byte[] value) = (operation.Key, operation.Value);
        nint family = _database.FamilyOf(operation.Family);
        nint error = 0;
        switch (operation.Kind)
        {
            case OperationKind.Put:
                Api.rocksdb_transaction_put_cf(_handle, family, key, (nuint)key.Length, value, (nuint)value.Length, out error);
                break;
            case OperationKind.Merge:
                Api.rocksdb_transaction_merge_cf(_handle, family, key, (nuint)key.Length, value, (nuint)value.Length, out error);
                break;
            case OperationKind.Delete:
                Api.rocksdb_transaction_delete_cf(_handle, family, key, (nuint)key.Length, out error);
                break;
            case OperationKind.LogData:
                Api.rocksdb_transaction_put_log_data(_handle, key, (nuint)key.Length);
                break;
            default:
                throw new RocksDbException($"The C API has no {operation.Kind} in a transaction.");
        }

        RocksDbException.ThrowIf(error);
    }

    public void Prepare()
    {
        Api.rocksdb_transaction_prepare(_handle, out nint error);
        RocksDbException.ThrowIf(error);
    }

    public void Commit()
    {
        Api.rocksdb_transaction_commit(_handle, out nint error);
        RocksDbException.ThrowIf(error);
    }

    public void RollBack()
    {
        Api.rocksdb_transaction_rollback(_handle, out nint error);
        RocksDbException.ThrowIf(error);
    }

    public void Dispose() => Api.rocksdb_transaction_destroy(_handle);
}
