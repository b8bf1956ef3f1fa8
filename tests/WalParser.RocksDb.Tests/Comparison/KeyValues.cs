using System.Buffers.Binary;
using System.Text;
using WalParser.Batches;
using WalParser.Blobs;
using WalParser.RocksDb.Tests.Databases;
using WalParser.RocksDbProcess.Protocol;
using WalParser.WideColumns;

namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>
/// The content of a database after some operations, in a naive form: for each column family, a sorted map of the newest version of each
/// key. It is initialized with the content of the table files.
/// </summary>
internal sealed class KeyValues
{
    private static readonly Comparer<byte[]> Bytewise = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));

    private readonly SortedDictionary<uint, (string Name, SortedDictionary<byte[], Version> Versions)> _families = [];
    private readonly BlobResolver _blobs;

    public KeyValues(TableContent tables, BlobResolver blobs)
    {
        _blobs = blobs;
        foreach (FamilyContent family in tables.Families)
        {
            SortedDictionary<byte[], Version> versions = new(Bytewise);
            foreach (Entry entry in family.Entries)
            {
                versions.Add(entry.Key, new Version(entry.Value, entry.Timestamp));
            }

            _families.Add(family.Id, (family.Name, versions));
        }
    }

    /// <summary>The version of a key that a read returns. Without a value, the key is deleted.</summary>
    private readonly record struct Version(byte[]? Value, byte[] Timestamp);

    /// <summary>Applies an operation.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="isExtended">
    /// Whether the timestamps that the keys were written with belong to the keys, which end in the smallest timestamp after them.
    /// </param>
    public void Apply(in WriteBatchOperation operation, bool isExtended)
    {
        if (!_families.TryGetValue(operation.ColumnFamily, out (string Name, SortedDictionary<byte[], Version> Versions) family))
        {
            throw new InvalidDataException(
                $"An operation is replayed on column family {operation.ColumnFamily}, which the database does not have.");
        }

        byte[] key = (isExtended ? operation.KeyWithTimestamp : operation.Key).ToArray();
        ReadOnlySpan<byte> timestamp = isExtended ? stackalloc byte[operation.Timestamp.Length] : operation.Timestamp;
        switch (operation.Type)
        {
            case OperationType.Put or OperationType.TimedPut:
                Set(family.Versions, key, operation.Value.ToArray(), timestamp);
                break;
            case OperationType.PutBlobIndex:
                BlobResult blob = _blobs.Resolve(operation.Value, operation.KeyWithTimestamp);
                byte[] resolved = blob.IsResolved ? blob.Value.ToArray() : Encoding.UTF8.GetBytes(blob.Reason!);
                Set(family.Versions, key, resolved, timestamp);
                break;
            case OperationType.PutEntity:
                Set(family.Versions, key, DefaultColumnOf(operation.Value), timestamp);
                break;
            case OperationType.Delete or OperationType.SingleDelete:
                Set(family.Versions, key, null, timestamp);
                break;
            case OperationType.Merge:
                // stringappend: the operands, with commas between them.
                byte[]? value = family.Versions.TryGetValue(key, out Version existing) ? existing.Value : null;
                byte[] merged = value is null ? operation.Value.ToArray() : [.. value, (byte)',', .. operation.Value];
                Set(family.Versions, key, merged, timestamp);
                break;
            case OperationType.DeleteRange:
                byte[] end = isExtended ? [.. operation.EndKey, .. operation.EndTimestamp] : operation.EndKey.ToArray();
                byte[][] covered = [.. family.Versions.Keys.Where(k => Bytewise.Compare(k, key) >= 0 && Bytewise.Compare(k, end) < 0)];
                Array.ForEach(covered, deleted => family.Versions.Remove(deleted));

                break;
            default:
                throw new InvalidDataException($"This test does not support the operation {operation.Type}.");
        }
    }

    /// <summary>Returns the result of a scan.</summary>
    public FamilyContent[] Scan() =>
    [
        .. _families.Select(family => new FamilyContent(
            family.Key,
            family.Value.Name,
            [
                .. from pair in family.Value.Versions
                   where pair.Value.Value is not null
                   select new Entry(pair.Key, pair.Value.Value!, pair.Value.Timestamp),
            ])),
    ];

    private static void Set(SortedDictionary<byte[], Version> versions, byte[] key, byte[]? value, ReadOnlySpan<byte> timestamp)
    {
        // A read returns the version with the greatest timestamp, and the later of two versions with the same timestamp.
        if (!timestamp.IsEmpty && versions.TryGetValue(key, out Version existing) && NumberOf(existing.Timestamp) > NumberOf(timestamp))
        {
            return;
        }

        versions[key] = new Version(value, timestamp.ToArray());
    }

    private static ulong NumberOf(ReadOnlySpan<byte> timestamp) =>
        timestamp.IsEmpty ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(timestamp);

    /// <summary>Returns the value that an iterator returns for an entity.</summary>
    private static byte[] DefaultColumnOf(ReadOnlySpan<byte> bytes)
    {
        if (WideColumnEntity.TryRead(bytes, out WideColumnEntity entity, out _))
        {
            foreach (WideColumn column in entity)
            {
                // The default column has the empty name, which comes first.
                return column.Name.IsEmpty ? column.Value.ToArray() : [];
            }
        }

        return [];
    }
}
