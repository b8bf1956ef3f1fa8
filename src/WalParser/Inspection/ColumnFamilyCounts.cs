namespace WalParser.Inspection;

/// <summary>
/// The number of operations of a log on each column family. A hostile log can name billions of column families: the first
/// <see cref="Capacity"/> are counted one by one, the others together. Not thread-safe while it counts.
/// </summary>
public sealed class ColumnFamilyCounts
{
    /// <summary>The number of column families that are counted one by one.</summary>
    public const int Capacity = 1000;

    private readonly Dictionary<uint, long> _counts = [];

    /// <summary>The ids of the column families with their numbers of operations, in the order of the ids.</summary>
    public IEnumerable<(uint Id, long Operations)> ById =>
        _counts.OrderBy(family => family.Key).Select(family => (family.Key, family.Value));

    /// <summary>The number of operations on the column families that are not counted one by one.</summary>
    public long Others { get; private set; }

    /// <summary>Counts an operation.</summary>
    internal void Add(uint id)
    {
        if (_counts.TryGetValue(id, out long count) || _counts.Count < Capacity)
        {
            _counts[id] = count + 1;
        }
        else
        {
            Others++;
        }
    }
}
