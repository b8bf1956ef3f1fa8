using WalParser.Databases;
using WalParser.Framing;
using WalParser.WalSets;

namespace WalParser.Salvage;

/// <summary>Checks whether the records that are salvaged of a log continue those of the logs before it.</summary>
internal sealed class LogBoundaries
{
    private readonly SequenceContinuity _continuity = new();
    private readonly List<SequenceFinding> _breaks = [];
    private WalFile? _file;
    private bool _isAtStart;

    /// <summary>The breaks between the logs so far.</summary>
    public IReadOnlyList<SequenceFinding> SequenceFindings => _breaks;

    /// <summary>Begins the next log.</summary>
    public void Begin(WalFile file)
    {
        _file = file;
        _isAtStart = true;
    }

    /// <summary>Processes a salvaged record of the log.</summary>
    /// <param name="record">The record.</param>
    /// <param name="offset">The offset of the record.</param>
    /// <param name="timestampSizes">The timestamp sizes that the log declares before the record.</param>
    /// <returns>The break between the record and the logs before it; null if there is none.</returns>
    public SequenceFinding? ProcessRecord(ReadOnlySpan<byte> record, long offset, TimestampSizes timestampSizes)
    {
        // Only the offset and the payload matter here.
        SequenceFinding? found = _continuity.Process(new WalRecord(record, offset, offset, 1, timestampSizes), _file!);
        if (!_isAtStart)
        {
            return null;
        }

        _isAtStart = false;
        if (found is not null)
        {
            _breaks.Add(found);
        }

        return found;
    }
}
