using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Tests.Fixtures;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>
/// The records of a database that has not compacted its files: what RocksDB stores, without a view of what it means. Elements that no
/// metadata has any more stay, and are there again when RENAME or COPY brings their version back.
/// </summary>
internal sealed class StoredRecords
{
    private readonly SortedDictionary<uint, Dictionary<byte[], byte[]>> _families = [];

    /// <summary>Applies the operations of a batch, up to damage.</summary>
    public void Apply(ref WriteBatch batch)
    {
        foreach (WriteBatchOperation operation in batch)
        {
            if (!operation.HasKey)
            {
                continue;
            }

            if (!_families.TryGetValue(operation.ColumnFamily, out Dictionary<byte[], byte[]>? records))
            {
                records = new Dictionary<byte[], byte[]>(ByteStringComparer.Instance);
                _families.Add(operation.ColumnFamily, records);
            }

            if (operation.Type == OperationType.DeleteRange)
            {
                byte[] begin = operation.Key.ToArray();
                byte[] end = operation.EndKey.ToArray();
                foreach (byte[] key in records.Keys.Where(key =>
                    key.AsSpan().SequenceCompareTo(begin) >= 0 && key.AsSpan().SequenceCompareTo(end) < 0).ToList())
                {
                    records.Remove(key);
                }
            }
            else if (operation.Type == OperationType.Put)
            {
                records[operation.Key.ToArray()] = operation.Value.ToArray();
            }
            else
            {
                records.Remove(operation.Key.ToArray());
            }
        }
    }

    /// <summary>Returns the dataset that a server reads from the records.</summary>
    public Keyspace ToKeyspace(KeyspaceOptions? options)
    {
        var keyspace = new Keyspace(options);
        var batch = new WriteBatch(MadeBatch.Of(
            [.. _families.SelectMany(family => family.Value.Select(record => (MadeBatch.Put, family.Key, record.Key, record.Value)))]));
        keyspace.Apply(ref batch);
        return keyspace;
    }
}
