using WalParser.Batches;
using WalParser.Coding;

namespace WalParser.Kvrocks.Keys;

/// <summary>Collects the namespaces that have keys in batches.</summary>
/// <param name="families">The column families of the batches.</param>
/// <param name="wanted">The namespaces that are looked for.</param>
internal sealed class LogNamespaces(KvrocksColumnFamilies families, IEnumerable<ReadOnlyMemory<byte>> wanted)
{
    /// <summary>
    /// The greatest number of namespaces that are kept, so that a hostile log does not fill the memory. The wanted ones come on top.
    /// </summary>
    private const int MaxCount = 10_000;

    private readonly HashSet<byte[]> _wanted = new(wanted.Select(ns => ns.ToArray()), ByteStringComparer.Instance);
    private readonly HashSet<byte[]> _found = new(ByteStringComparer.Instance);

    /// <summary>The namespaces, in the order of their bytes.</summary>
    public IEnumerable<byte[]> InOrder => _found.Order(ByteStringComparer.Instance);

    /// <summary>The wanted namespaces that no batch has.</summary>
    public IEnumerable<byte[]> Missing => _wanted.Where(ns => !_found.Contains(ns)).Order(ByteStringComparer.Instance);

    /// <summary>Adds the namespaces of a batch. The elements of a key count, because its metadata may be in an earlier log.</summary>
    public void Add(WriteBatch batch)
    {
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey
                && families[operation.ColumnFamily].HasKeys
                && MetadataKey.TryRead(operation.Key, hasSlot: false, out MetadataKey key))
            {
                Add(key.Namespace);
            }
        }
    }

    /// <summary>Adds a namespace.</summary>
    public void Add(ReadOnlySpan<byte> ns)
    {
        if (_found.Count < MaxCount || _wanted.GetAlternateLookup<ReadOnlySpan<byte>>().Contains(ns))
        {
            _found.GetAlternateLookup<ReadOnlySpan<byte>>().Add(ns);
        }
    }
}
