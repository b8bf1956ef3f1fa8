using System.Globalization;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// The ranges of sequence numbers that damage took from the logs, as the checkpoint contains them: <c>7-9,15-15</c>. Logs that a salvage
/// wrote have no damage any more, so that only the checkpoint tells a loss from numbers that no log ever had.
/// </summary>
internal sealed record MissingRanges
{
    /// <summary>The greatest number of ranges, so that the checkpoint stays short. The last one then extends over the later ones.</summary>
    private const int MaxRanges = 16;

    private readonly (ulong First, ulong Last)[] _ranges;

    private MissingRanges((ulong First, ulong Last)[] ranges) => _ranges = ranges;

    /// <summary>No range.</summary>
    public static MissingRanges None { get; } = new([]);

    /// <summary>Reads ranges; null if the text is not of their form.</summary>
    public static MissingRanges? Parse(string? text)
    {
        if (text is null)
        {
            return None;
        }

        List<(ulong First, ulong Last)> ranges = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length != 2
                || !ulong.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out ulong first)
                || !ulong.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
                || last < first
                || ranges.Count == MaxRanges
                || (ranges.Count > 0 && ranges[^1].Last >= first))
            {
                return null;
            }

            ranges.Add((first, last));
        }

        return new MissingRanges([.. ranges]);
    }

    /// <summary>Returns these ranges and another one.</summary>
    public MissingRanges With(ulong first, ulong last)
    {
        List<(ulong First, ulong Last)> ranges = [];
        foreach ((ulong First, ulong Last) range in _ranges.Append((first, last)).Order())
        {
            bool isNew = ranges.Count == 0 || range.First > ranges[^1].Last;
            if (isNew && ranges.Count < MaxRanges)
            {
                ranges.Add(range);
            }
            else
            {
                ranges[^1] = (ranges[^1].First, Math.Max(ranges[^1].Last, range.Last));
            }
        }

        return new MissingRanges([.. ranges]);
    }

    /// <summary>Returns the ranges of both.</summary>
    public MissingRanges With(MissingRanges other) =>
        other._ranges.Aggregate(this, (all, range) => all.With(range.First, range.Last));

    /// <summary>Returns the ranges that end after a number.</summary>
    public MissingRanges After(ulong sequence) => new([.. _ranges.Where(range => range.Last > sequence)]);

    /// <summary>Returns whether a range has a number of another.</summary>
    public bool Overlaps(ulong first, ulong last) => Array.Exists(_ranges, range => range.First <= last && first <= range.Last);

    /// <summary>Returns the ranges as the checkpoint contains them; null if there are none.</summary>
    public string? ToText() => _ranges.Length == 0 ? null : string.Join(',', _ranges.Select(range => string.Create(
        CultureInfo.InvariantCulture, $"{range.First}-{range.Last}")));
}
