using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Inspection;

/// <summary>
/// The fragments of other logs in a log of which no record was read yet. If no record of the log follows, they show to which log the file
/// belongs. RocksDB gives a log that it recycles a greater number, so what is left over has a smaller number than the log.
/// </summary>
internal sealed class ForeignRecords
{
    private readonly OtherLogs _logs = new();
    private readonly List<OldRecord> _later = [];
    private long _laterCount;

    /// <summary>Adds an intact fragment of a log with a greater number.</summary>
    public void Add(OldRecord old)
    {
        _laterCount++;
        if (_later.Count < FindingList.Capacity)
        {
            _later.Add(old);
        }

        _logs.Add(old.LogNumber, isLater: true);
    }

    /// <summary>Adds a fragment that may be left over from an earlier use of the file.</summary>
    public void AddEarlier(OldRecord old)
    {
        if (old.IsIntact)
        {
            _logs.Add(old.LogNumber, isLater: false);
        }
    }

    /// <summary>
    /// Returns the finding about a log that contains no record of its own; null if it contains no intact fragment, or fragments of a later
    /// log among those of others, which are reported one by one, or damage that can be its own.
    /// </summary>
    /// <inheritdoc cref="OtherLogs.FindingIn"/>
    public Finding? WholeLog(RecycledLogs recycled, bool hasDamage) =>
        _laterCount > 0 && !_logs.IsOneLog ? null : _logs.FindingIn(recycled, hasDamage);

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
}
