using WalParser.Databases;
using WalParser.Framing;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>Watches whether what is salvaged of a log continues what was salvaged of the logs before it.</summary>
internal sealed class LogBoundaries
{
    private readonly SequenceContinuity _continuity = new();
    private readonly List<SequenceFinding> _breaks = [];
    private WalFile? _file;
    private bool _isAtStart;

    /// <summary>The breaks between logs so far.</summary>
    public IReadOnlyList<SequenceFinding> SequenceFindings => _breaks;

    /// <summary>The next log begins.</summary>
    public void Begin(WalFile file)
    {
        _file = file;
        _isAtStart = true;
    }

    /// <summary>A record of it was salvaged.</summary>
    /// <param name="record">The record.</param>
    /// <param name="offset">Its offset.</param>
    /// <param name="timestampSizes">The timestamp sizes that were declared up to there.</param>
    public void Take(ReadOnlySpan<byte> record, long offset, TimestampSizes timestampSizes)
    {
        // Only the offset and the payload are looked at.
        if (_continuity.Take(new WalRecord(record, offset, offset, 1, timestampSizes), _file!) is { } found && _isAtStart)
        {
            _breaks.Add(found);
        }

        _isAtStart = false;
    }
}
