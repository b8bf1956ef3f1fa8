using WalParser.Findings;

namespace WalParser.Inspection;

/// <summary>
/// The logs to which the intact fragments of a log belong that have another number. RocksDB gives a log that it recycles a greater number
/// than it had before, so what is left over in a file has a smaller number than the log.
/// </summary>
internal sealed class OtherLogs
{
    private uint? _first;
    private uint _newest;
    private bool _hasLater;

    /// <summary>Whether all fragments belong to one log.</summary>
    public bool IsOneLog { get; private set; } = true;

    /// <summary>
    /// Returns the finding about the log, if no record of its own is in it; null if there are no fragments of other logs, or if the log has
    /// damage besides those of earlier logs: what is damaged can be its own.
    /// </summary>
    /// <param name="recycled">Decides whether a log can have been recycled.</param>
    /// <param name="hasDamage">Whether the log has damage besides.</param>
    public Finding? FindingIn(RecycledLogs recycled, bool hasDamage)
    {
        if (_first is not { } number || (hasDamage && !_hasLater))
        {
            return null;
        }

        bool isCopy = IsOneLog && recycled.Contains(number);
        if (!_hasLater && !isCopy && recycled.IsObsolete(_newest))
        {
            return new Finding
            {
                Kind = FindingKind.UnusedRecycledLog,
                Reason = IsOneLog
                    ? $"all records belong to log {number}, from an earlier use of the file; if it was renamed, give --log-number {number}"
                    : "all records belong to earlier logs, from earlier uses of the file",
            };
        }

        string whose = IsOneLog ? $"log {number}" : $"other logs, the first ones to log {number}";
        string unless = _hasLater ? "" : ", unless RocksDB recycled it and wrote nothing to it yet";
        return new Finding
        {
            Kind = FindingKind.ForeignLog,
            Reason = $"all records belong to {whose}"
                + (isCopy ? ", which is there as well; find out where the records of this log are"
                    : $"; give --log-number {number}, or rename the file{unless}"),
        };
    }

    /// <summary>Adds a fragment.</summary>
    /// <param name="number">The log number of the fragment.</param>
    /// <param name="isLater">Whether the number is greater than that of the log.</param>
    public void Add(uint number, bool isLater)
    {
        IsOneLog &= _first is null || _first == number;
        _first ??= number;
        _newest = Math.Max(_newest, number);
        _hasLater |= isLater;
    }
}
