using WalParser.Findings;

namespace WalParser.Inspection;

/// <summary>
/// The logs to which the intact fragments of a log belong that have another number. RocksDB gives a log that it recycles a greater number
/// than it had before, so what is left over in a file has a smaller number than the log.
/// </summary>
internal sealed class OtherLogs
{
    private uint? _first;
    private bool _hasLater;

    /// <summary>Whether all fragments belong to one log.</summary>
    public bool IsOneLog { get; private set; } = true;

    /// <summary>The finding about the log, if no record of its own is in it; null if there are no fragments of other logs.</summary>
    public Finding? Finding => _first is not { } number ? null
        : _hasLater ? new Finding
        {
            Kind = FindingKind.ForeignLog,
            Reason = IsOneLog
                ? $"all records belong to log {number}; give --log-number {number}, or rename the file"
                : $"all records belong to other logs, the first ones to log {number}; give --log-number {number}, or rename the file",
        }
        : new Finding
        {
            Kind = FindingKind.UnusedRecycledLog,
            Reason = IsOneLog
                ? $"all records belong to log {number}, from an earlier use of the file; if it was renamed, give --log-number {number}"
                : "all records belong to earlier logs, from earlier uses of the file",
        };

    /// <summary>Adds a fragment.</summary>
    /// <param name="number">The log number of the fragment.</param>
    /// <param name="isLater">Whether the number is greater than that of the log.</param>
    public void Add(uint number, bool isLater)
    {
        IsOneLog &= _first is null || _first == number;
        _first ??= number;
        _hasLater |= isLater;
    }
}
