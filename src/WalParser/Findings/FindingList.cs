namespace WalParser.Findings;

/// <summary>
/// Findings of which all are counted and the first <see cref="Capacity"/> are kept. A hostile log can contain a finding in every seven
/// bytes. Not thread-safe.
/// </summary>
public sealed class FindingList
{
    /// <summary>The number of findings that are kept.</summary>
    public const int Capacity = 1000;

    private readonly List<Finding> _kept = [];

    /// <summary>The number of findings that were added.</summary>
    public long Count { get; private set; }

    /// <summary>The first findings, in the order in which they were added.</summary>
    public IReadOnlyList<Finding> Kept => _kept;

    internal FindingList()
    {
    }

    /// <summary>Adds a finding.</summary>
    /// <param name="finding">The finding.</param>
    internal void Add(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        Count++;
        if (_kept.Count < Capacity)
        {
            _kept.Add(finding);
        }
    }

    /// <summary>Moves the findings of another list to the end of this one.</summary>
    internal void MoveFrom(FindingList other)
    {
        if (other.Count == 0)
        {
            return;
        }

        Count += other.Count;
        _kept.AddRange(other._kept.Take(Capacity - _kept.Count));
        other.Count = 0;
        other._kept.Clear();
    }
}
