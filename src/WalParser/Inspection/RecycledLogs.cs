using WalParser.Databases;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>
/// Decides whether what a log contains of another log can be left over from an earlier use of the file. RocksDB recycles a log only when
/// it is needed no longer, and renames the file to a greater number (<c>DBImpl::FindObsoleteFiles</c> and <c>DBImpl::CreateWAL</c>). A file
/// that was renamed or copied by someone else looks the same. It is given the logs of a set in order.
/// </summary>
internal sealed class RecycledLogs(WalSet set)
{
    private readonly ulong? _minLogNumber = set.MinLogNumber;
    private readonly HashSet<ulong?> _numbers = [.. set.Files.Select(file => file.LogNumber)];
    private ulong _newest;

    /// <summary>Processes the end of a log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="hasRecords">Whether it contains records of its own.</param>
    public void EndLog(WalFile log, bool hasRecords)
    {
        if (hasRecords && log.LogNumber > _newest)
        {
            _newest = log.LogNumber.Value;
        }
    }

    /// <summary>Returns whether the set contains a log with a number, so that its file has no other number.</summary>
    /// <param name="number">The low 32 bits of the number of the log.</param>
    public bool Contains(uint number) => _numbers.Contains(number);

    /// <summary>
    /// Returns whether a log is known, or may be taken, to be needed no longer: the MANIFEST says so or, without a MANIFEST, a log after it
    /// has records.
    /// </summary>
    /// <param name="number">The low 32 bits of the number of the log.</param>
    public bool IsObsolete(uint number) => number < (_minLogNumber ?? _newest);
}
