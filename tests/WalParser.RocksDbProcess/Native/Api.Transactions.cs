using System.Runtime.InteropServices;

namespace WalParser.RocksDbProcess.Native;

internal static partial class Api
{
    [LibraryImport(Library)]
    public static partial nint rocksdb_transactiondb_options_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_transactiondb_options_destroy(nint options);

    [LibraryImport(Library)]
    public static partial void rocksdb_transactiondb_options_set_write_policy(nint options, int policy);

    [LibraryImport(Library)]
    public static partial void rocksdb_transactiondb_options_set_rollback_merge_operands(nint options, byte isRolledBack);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_transactiondb_open_column_families(
        nint options,
        nint transactionOptions,
        string folder,
        int count,
        string[] names,
        nint[] familyOptions,
        [Out] nint[] handles,
        out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transactiondb_close(nint database);

    [LibraryImport(Library)]
    public static partial nint rocksdb_transactiondb_get_base_db(nint database);

    [LibraryImport(Library)]
    public static partial void rocksdb_transactiondb_close_base_db(nint database);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_transactiondb_create_column_family(nint database, nint options, string name, out nint error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_transactiondb_create_iterator_cf(nint database, nint options, nint family);

    [LibraryImport(Library)]
    public static partial void rocksdb_transactiondb_flush_cf(nint database, nint options, nint family, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transactiondb_write(nint database, nint options, nint batch, out nint error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_transactiondb_get_prepared_transactions(nint database, out nuint count);

    [LibraryImport(Library)]
    public static partial nint rocksdb_transaction_options_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_options_destroy(nint options);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_options_set_write_batch_flush_threshold(nint options, long bytes);

    [LibraryImport(Library)]
    public static partial nint rocksdb_transaction_begin(nint database, nint writeOptions, nint options, nint reused);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_set_name(nint transaction, byte[] name, nuint size, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_put_cf(
        nint transaction, nint family, byte[] key, nuint keySize, byte[] value, nuint valueSize, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_merge_cf(
        nint transaction, nint family, byte[] key, nuint keySize, byte[] value, nuint valueSize, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_delete_cf(nint transaction, nint family, byte[] key, nuint keySize, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_put_log_data(nint transaction, byte[] bytes, nuint size);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_prepare(nint transaction, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_commit(nint transaction, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_rollback(nint transaction, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_transaction_destroy(nint transaction);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_optimistictransactiondb_open_column_families(
        nint options, string folder, int count, string[] names, nint[] familyOptions, [Out] nint[] handles, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_optimistictransactiondb_close(nint database);

    [LibraryImport(Library)]
    public static partial nint rocksdb_optimistictransactiondb_get_base_db(nint database);

    [LibraryImport(Library)]
    public static partial void rocksdb_optimistictransactiondb_close_base_db(nint database);

    [LibraryImport(Library)]
    public static partial void rocksdb_optimistictransactiondb_write(nint database, nint options, nint batch, out nint error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_optimistictransaction_options_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_optimistictransaction_options_destroy(nint options);

    [LibraryImport(Library)]
    public static partial nint rocksdb_optimistictransaction_begin(nint database, nint writeOptions, nint options, nint reused);
}
