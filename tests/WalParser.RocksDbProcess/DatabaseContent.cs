using WalParser.RocksDbProcess.Native;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDbProcess;

/// <summary>Reads the content of a database: its column families with a scan, and the batches of its WALs.</summary>
internal static class DatabaseContent
{
    private const string Gap = "Gap in sequence numbers";

    /// <summary>Scans all column families.</summary>
    /// <exception cref="RocksDbException">RocksDB cannot read.</exception>
    public static FamilyContent[] Scan(Database database, bool hasTimestamps) =>
    [
        .. from family in database.Families
           let id = Api.rocksdb_column_family_handle_get_id(family.Handle)
           select new FamilyContent(id, family.Name, Scan(database, family.Handle, hasTimestamps)),
    ];

    /// <summary>Reads the batches from the first one. Returns the reason why they end, or null if there are no more.</summary>
    public static (Update[] Updates, string? Error) ReadUpdates(Database database)
    {
        List<Update> updates = [];
        string? error = ReadUpdates(database, updates, 0);

        // The iterator ends where batches were written outside the WAL. The next iterator begins after them.
        for (int before = 0; error?.Contains(Gap, StringComparison.Ordinal) == true && updates.Count > before;)
        {
            before = updates.Count;
            error = ReadUpdates(database, updates, updates[^1].Sequence + (ulong)updates[^1].Count);
        }

        return ([.. updates], error);
    }

    private static string? ReadUpdates(Database database, List<Update> updates, ulong since)
    {
        try
        {
            nint iterator = Api.rocksdb_get_updates_since(database.Base, since, 0, out nint error);
            RocksDbException.ThrowIf(error);
            for (; Api.rocksdb_wal_iter_valid(iterator) != 0; Api.rocksdb_wal_iter_next(iterator))
            {
                updates.Add(ReadUpdate(iterator));
            }

            Api.rocksdb_wal_iter_status(iterator, out error);
            Api.rocksdb_wal_iter_destroy(iterator);
            RocksDbException.ThrowIf(error);
            return null;
        }
        catch (RocksDbException e)
        {
            return e.Message;
        }
    }

    private static unsafe Update ReadUpdate(nint iterator)
    {
        nint batch = Api.rocksdb_wal_iter_get_batch(iterator, out ulong sequence);
        byte* bytes = Api.rocksdb_writebatch_data(batch, out nuint size);
        var update = new Update(sequence, Api.rocksdb_writebatch_count(batch), new ReadOnlySpan<byte>(bytes, (int)size).ToArray());
        Api.rocksdb_writebatch_destroy(batch);
        return update;
    }

    private static unsafe Entry[] Scan(Database database, nint family, bool hasTimestamps)
    {
        // RocksDB reads the timestamp from this memory until the iterator is destroyed.
        ulong greatest = ulong.MaxValue;
        nint options = Api.rocksdb_readoptions_create();
        if (hasTimestamps)
        {
            Api.rocksdb_readoptions_set_timestamp(options, (byte*)&greatest, sizeof(ulong));
        }

        List<Entry> entries = [];
        nint iterator = database.OpenIterator(options, family);
        for (Api.rocksdb_iter_seek_to_first(iterator); Api.rocksdb_iter_valid(iterator) != 0; Api.rocksdb_iter_next(iterator))
        {
            byte[] key = new ReadOnlySpan<byte>(Api.rocksdb_iter_key(iterator, out nuint size), (int)size).ToArray();
            byte[] value = new ReadOnlySpan<byte>(Api.rocksdb_iter_value(iterator, out size), (int)size).ToArray();
            byte[] timestamp = hasTimestamps
                ? new ReadOnlySpan<byte>(Api.rocksdb_iter_timestamp(iterator, out size), (int)size).ToArray()
                : [];
            entries.Add(new Entry(key, value, timestamp));
        }

        Api.rocksdb_iter_get_error(iterator, out nint error);
        Api.rocksdb_iter_destroy(iterator);
        Api.rocksdb_readoptions_destroy(options);
        RocksDbException.ThrowIf(error);
        return [.. entries];
    }
}
