namespace WalParser.Tool.Diff;

/// <summary>Ranges of sequence numbers, in ascending order, of which those that adjoin are one.</summary>
internal sealed class SequenceRanges
{
    private readonly List<(ulong From, ulong To)> _all = [];

    /// <summary>The ranges. Both ends belong to a range.</summary>
    public IReadOnlyList<(ulong From, ulong To)> All => _all;

    /// <summary>The greatest number; null if there is none.</summary>
    public ulong? Last => _all.Count > 0 ? _all[^1].To : null;

    /// <summary>Adds a range. It begins at most as much earlier than the last one as that is long.</summary>
    public void Add(ulong from, ulong to)
    {
        if (_all.Count > 0 && from <= _all[^1].To + 1)
        {
            _all[^1] = (Math.Min(from, _all[^1].From), Math.Max(to, _all[^1].To));
        }
        else
        {
            _all.Add((from, to));
        }
    }
}
