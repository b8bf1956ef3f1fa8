using WalParser.Batches;

namespace WalParser.Tests.Fixtures;

/// <summary>The content of a database after some operations, simply modelled as one sorted map for each column family.</summary>
internal sealed class KeyValueState
{
    private static readonly Comparer<byte[]> Bytewise = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));
    private readonly Dictionary<uint, SortedDictionary<byte[], byte[]>> _families = [];

    public void Apply(in WriteBatchOperation operation)
    {
        SortedDictionary<byte[], byte[]> family = FamilyOf(operation.ColumnFamily);
        byte[] key = operation.Key.ToArray();
        switch (operation.Type)
        {
            case OperationType.Put:
                family[key] = operation.Value.ToArray();
                break;
            case OperationType.Delete:
            case OperationType.SingleDelete:
                family.Remove(key);
                break;
            case OperationType.DeleteRange:
                byte[] end = operation.EndKey.ToArray();
                foreach (byte[] deleted in family.Keys.Where(k => Bytewise.Compare(k, key) >= 0 && Bytewise.Compare(k, end) < 0).ToArray())
                {
                    family.Remove(deleted);
                }

                break;
            default:
                throw new InvalidDataException($"An operation that this test does not know: {operation.Type}.");
        }
    }

    /// <summary>Returns the content of a column family in the form of <c>ldb scan --hex</c>.</summary>
    public List<string> LinesOf(uint family) =>
        [.. FamilyOf(family).Select(pair => $"0x{Convert.ToHexString(pair.Key)} : 0x{Convert.ToHexString(pair.Value)}")];

    private SortedDictionary<byte[], byte[]> FamilyOf(uint id) =>
        _families.TryGetValue(id, out SortedDictionary<byte[], byte[]>? family) ? family : _families[id] = new(Bytewise);
}
