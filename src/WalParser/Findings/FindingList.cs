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
    private readonly long[] _counts = new long[Enum.GetValues<FindingSeverity>().Length];

    /// <summary>The number of findings that were added.</summary>
    public long Count => _counts.Sum();

    /// <summary>The number of findings that were added and are more serious than <see cref="FindingSeverity.Note"/>.</summary>
    public long SeriousCount => Count - CountOf(FindingSeverity.Note);

    /// <summary>The first findings, in the order in which they were added.</summary>
    public IReadOnlyList<Finding> Kept => _kept;

    internal FindingList()
    {
    }

    /// <summary>Returns the number of findings of a severity that were added.</summary>
    /// <param name="severity">The severity.</param>
    public long CountOf(FindingSeverity severity) => _counts[(int)severity];

    /// <summary>Adds a finding.</summary>
    /// <param name="finding">The finding.</param>
    internal void Add(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        _counts[(int)finding.Severity]++;
        if (_kept.Count < Capacity)
        {
            _kept.Add(finding);
        }
    }
}
