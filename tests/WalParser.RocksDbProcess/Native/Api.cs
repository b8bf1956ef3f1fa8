using System.Runtime.InteropServices;

namespace WalParser.RocksDbProcess.Native;

/// <summary>
/// The functions of RocksDB's C API (<c>include/rocksdb/c.h</c>) that this program calls, under their own names. A handle is an
/// <see cref="nint"/>; <c>error</c> is a string that <see cref="RocksDbException.ThrowIf"/> frees.
/// </summary>
internal static partial class Api
{
    private const string Library = "rocksdb";

    [LibraryImport(Library)]
    public static partial void rocksdb_free(nint pointer);

    [LibraryImport(Library)]
    public static partial nint rocksdb_options_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_options_destroy(nint options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial void rocksdb_get_options_from_string(nint baseOptions, string text, nint newOptions, out nint error);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_list_column_families(nint options, string folder, out nuint count, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_list_column_families_destroy(nint list, nuint count);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_open_column_families(
        nint options, string folder, int count, string[] names, nint[] familyOptions, [Out] nint[] handles, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_close(nint database);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint rocksdb_create_column_family(nint database, nint options, string name, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_drop_column_family(nint database, nint family, out nint error);

    [LibraryImport(Library)]
    public static partial uint rocksdb_column_family_handle_get_id(nint family);

    [LibraryImport(Library)]
    public static partial void rocksdb_column_family_handle_destroy(nint family);

    [LibraryImport(Library)]
    public static partial nint rocksdb_flushoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_flushoptions_destroy(nint options);

    [LibraryImport(Library)]
    public static partial void rocksdb_flush_cf(nint database, nint options, nint family, out nint error);

    [LibraryImport(Library)]
    public static partial ulong rocksdb_get_latest_sequence_number(nint database);

    [LibraryImport(Library)]
    public static partial nint rocksdb_writeoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_writeoptions_disable_WAL(nint options, int isDisabled);

    [LibraryImport(Library)]
    public static partial void rocksdb_writeoptions_destroy(nint options);

    [LibraryImport(Library)]
    public static partial void rocksdb_write(nint database, nint options, nint batch, out nint error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_get_updates_since(nint database, ulong sequence, nint options, out nint error);

    [LibraryImport(Library)]
    public static partial byte rocksdb_wal_iter_valid(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_wal_iter_next(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_wal_iter_status(nint iterator, out nint error);

    [LibraryImport(Library)]
    public static partial nint rocksdb_wal_iter_get_batch(nint iterator, out ulong sequence);

    [LibraryImport(Library)]
    public static partial void rocksdb_wal_iter_destroy(nint iterator);

    [LibraryImport(Library)]
    public static partial nint rocksdb_readoptions_create();

    [LibraryImport(Library)]
    public static partial void rocksdb_readoptions_destroy(nint options);

    [LibraryImport(Library)]
    public static unsafe partial void rocksdb_readoptions_set_timestamp(nint options, byte* timestamp, nuint size);

    [LibraryImport(Library)]
    public static partial nint rocksdb_create_iterator_cf(nint database, nint options, nint family);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_seek_to_first(nint iterator);

    [LibraryImport(Library)]
    public static partial byte rocksdb_iter_valid(nint iterator);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_next(nint iterator);

    [LibraryImport(Library)]
    public static unsafe partial byte* rocksdb_iter_key(nint iterator, out nuint size);

    [LibraryImport(Library)]
    public static unsafe partial byte* rocksdb_iter_value(nint iterator, out nuint size);

    [LibraryImport(Library)]
    public static unsafe partial byte* rocksdb_iter_timestamp(nint iterator, out nuint size);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_get_error(nint iterator, out nint error);

    [LibraryImport(Library)]
    public static partial void rocksdb_iter_destroy(nint iterator);
}
