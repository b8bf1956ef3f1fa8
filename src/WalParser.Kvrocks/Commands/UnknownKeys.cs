using WalParser.Batches;
using WalParser.Coding;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Commands;

/// <summary>Finds keys that a batch deletes and that are not known, because they were created before the log begins.</summary>
internal static class UnknownKeys
{
    /// <summary>Returns the keys; the batch of the caller, of which this is a copy, does not change.</summary>
    public static List<(ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte> Key)> FindDeleted(
        WriteBatch batch, Keyspace keyspace, KvrocksColumnFamilies families)
    {
        List<(ReadOnlyMemory<byte>, ReadOnlyMemory<byte>)> found = [];
        HashSet<byte[]> seen = new(ByteStringComparer.Instance);
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey
                && operation.Type.IsDelete
                && families[operation.ColumnFamily] == KvrocksColumnFamily.Metadata
                && MetadataKey.TryRead(operation.Key, keyspace.SlotEncoding == SlotEncoding.On, out MetadataKey key)
                && keyspace.Find(key.Namespace, key.UserKey) is null
                && seen.Add(operation.Key.ToArray()))
            {
                found.Add((key.Namespace.ToArray(), key.UserKey.ToArray()));
            }
        }

        return found;
    }
}
