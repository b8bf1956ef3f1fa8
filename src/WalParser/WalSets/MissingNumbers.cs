namespace WalParser.WalSets;

/// <summary>
/// The sequence numbers that are missing between batches, so that a batch that has them and comes later is told from one that repeats
/// numbers. Each gap begins after the greatest number so far, so the ranges are in order.
/// </summary>
internal sealed class MissingNumbers
{
    /// <summary>The maximum number of gaps that are remembered, so that hostile logs do not exhaust memory.</summary>
    private const int Capacity = 100_000;

    private readonly List<(ulong First, ulong Next)> _ranges = [];

    /// <summary>Adds the numbers from <paramref name="first"/> up to <paramref name="next"/> - 1, which are above all others.</summary>
    public void Add(ulong first, ulong next)
    {
        if (_ranges.Count == Capacity)
        {
            _ranges.RemoveRange(0, Capacity / 2);
        }

        _ranges.Add((first, next));
    }

    /// <summary>
    /// Returns whether one of the numbers from <paramref name="first"/> up to <paramref name="next"/> - 1 was missing before.
    /// </summary>
    public bool ContainsAny(ulong first, ulong next)
    {
        int low = 0;
        int high = _ranges.Count;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (_ranges[middle].Next <= first)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return first < next && low < _ranges.Count && _ranges[low].First < next;
    }
}
