using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Inspection;

/// <summary>
/// The fragments of other logs in a log of which no record was read yet. If no record of the log follows, they show to which log the file
/// belongs. RocksDB gives a log that it recycles a greater number, so what is left over has a smaller number than the log.
/// </summary>
internal sealed class ForeignRecords
{
    private readonly List<OldRecord> _later = [];
    private long _laterCount;
    private uint? _number;
    private bool _isOneLog = true;

    /// <summary>Adds an intact fragment of a log with a greater number.</summary>
    public void Add(OldRecord old)
    {
        _laterCount++;
        if (_later.Count < FindingList.Capacity)
        {
            _later.Add(old);
        }

        Compare(old);
    }

    /// <summary>Adds a fragment that may be left over from an earlier use of the file.</summary>
    public void AddEarlier(OldRecord old)
    {
        if (old.IsIntact)
        {
            Compare(old);
        }
    }

    /// <summary>Returns the finding about a log that contains no record of its own; null if it contains no intact fragment.</summary>
    public Finding? WholeLog() => _number is not { } number ? null
        : _laterCount > 0 && _isOneLog ? new Finding
        {
            Kind = FindingKind.ForeignLog,
            Reason = $"all records belong to log {number}; give --log-number {number}, or rename the file",
        }
        : _laterCount > 0 ? null
        : new Finding
        {
            Kind = FindingKind.UnusedRecycledLog,
            Reason = _isOneLog
                ? $"all records belong to log {number}, from an earlier use of the file; if it was renamed, give --log-number {number}"
                : "all records belong to earlier logs, from earlier uses of the file",
        };

    /// <summary>Reports the fragments of later logs as damage, because the log contains records of its own.</summary>
    public void Decide(Action<Finding> report)
    {
        foreach (OldRecord old in _later)
        {
            report(LogInspector.DamageOf(old));
        }

        if (_laterCount > _later.Count)
        {
            report(LogInspector.DamageOf(_later[^1]) with { Detail = $"and {_laterCount - _later.Count} more fragments of later logs" });
        }

        _later.Clear();
        _laterCount = 0;
    }

    private void Compare(OldRecord old)
    {
        _isOneLog &= _number is null || _number == old.LogNumber;
        _number ??= old.LogNumber;
    }
}
