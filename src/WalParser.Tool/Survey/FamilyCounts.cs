namespace WalParser.Tool.Survey;

/// <summary>How many operations a log has on each column family. A hostile log may name billions of families: only so many are told apart.</summary>
internal sealed class FamilyCounts
{
    /// <summary>How many are told apart.</summary>
    public const int Capacity = 1000;

    private readonly Dictionary<uint, long> _counts = [];

    /// <summary>The families and their operations, by id.</summary>
    public IEnumerable<(uint Id, long Operations)> ById => _counts.OrderBy(family => family.Key).Select(family => (family.Key, family.Value));

    /// <summary>How many operations are on families that are not told apart.</summary>
    public long Others { get; private set; }

    /// <summary>Counts an operation.</summary>
    public void Add(uint id)
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
