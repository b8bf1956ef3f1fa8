using System.Runtime.InteropServices;

namespace WalParser.RocksDbProcess.Native;

internal static partial class Api
{
    [LibraryImport(Library)]
    public static partial nint rocksdb_writebatch_create();

    [LibraryImport(Library)]
    public static partial nint rocksdb_writebatch_create_from(byte[] bytes, nuint size);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_destroy(nint batch);

    [LibraryImport(Library)]
    public static partial int rocksdb_writebatch_count(nint batch);

    [LibraryImport(Library)]
    public static unsafe partial byte* rocksdb_writebatch_data(nint batch, out nuint size);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_put_cf(nint batch, nint family, byte[] key, nuint keySize, byte[] value, nuint valueSize);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_put_cf_with_ts(
        nint batch, nint family, byte[] key, nuint keySize, byte[] timestamp, nuint timestampSize, byte[] value, nuint valueSize);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_merge_cf(
        nint batch, nint family, byte[] key, nuint keySize, byte[] value, nuint valueSize);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_delete_cf(nint batch, nint family, byte[] key, nuint keySize);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_delete_cf_with_ts(
        nint batch, nint family, byte[] key, nuint keySize, byte[] timestamp, nuint timestampSize);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_singledelete_cf(nint batch, nint family, byte[] key, nuint keySize);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_singledelete_cf_with_ts(
        nint batch, nint family, byte[] key, nuint keySize, byte[] timestamp, nuint timestampSize);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_delete_range_cf(
        nint batch, nint family, byte[] begin, nuint beginSize, byte[] end, nuint endSize);

    [LibraryImport(Library)]
    public static partial void rocksdb_writebatch_put_log_data(nint batch, byte[] bytes, nuint size);
}
