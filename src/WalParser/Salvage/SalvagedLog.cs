using WalParser.Databases;
using WalParser.Findings;

namespace WalParser.Salvage;

/// <summary>The result of the salvage of one log.</summary>
public sealed class SalvagedLog
{
    /// <summary>The maximum number of losses in <see cref="Losses"/>.</summary>
    public const int MaxListedLosses = 1000;

    /// <summary>The maximum number of earlier uses of one log that are written.</summary>
    public const int MaxStaleLogs = 16;

    private readonly List<Finding> _losses = [];
    private readonly List<StaleLog> _stale = [];

    internal SalvagedLog(WalFile source) => Source = source;

    /// <summary>The log that was read.</summary>
    public WalFile Source { get; }

    /// <summary>
    /// The path of the log that was written; null if it could not be written. If the source could not be read to its end, a log of the
    /// records up to there, with a name that ends in <c>.unfinished</c>; null if there are none. If the output failed, nothing is kept.
    /// </summary>
    public string? OutputPath { get; internal set; }

    /// <summary>The number of records that were written.</summary>
    public long Records { get; internal set; }

    /// <summary>
    /// The number of written records that begin after damage in a block, where neither RocksDB nor an ordinary reading finds them, or that
    /// are damaged only in the length in their header.
    /// </summary>
    public long RecoveredRecords { get; internal set; }

    /// <summary>
    /// The number of recovered records that were found by searching, because no header leads to them. Only their fitting sequence numbers
    /// distinguish them from the records of a log that is itself a value.
    /// </summary>
    public long DoubtfulRecords { get; internal set; }

    /// <summary>
    /// The size of the log, in bytes, decompressed. Each byte is counted in one of <see cref="RecordBytes"/>, <see cref="LostBytes"/>,
    /// <see cref="StaleBytes"/> and <see cref="OtherBytes"/>. In the recovery view of a compressed copy, the size up to where recovery
    /// stops.
    /// </summary>
    public long Size { get; internal set; }

    /// <summary>
    /// The number of bytes of the written records in the source, including the headers of their fragments and, in the recovery view, the
    /// bytes between their fragments.
    /// </summary>
    public long RecordBytes { get; internal set; }

    /// <summary>The number of losses.</summary>
    public long LossCount { get; private set; }

    /// <summary>The number of bytes of all losses.</summary>
    public long LostBytes { get; private set; }

    /// <summary>
    /// The number of bytes after the live end of a recycled log that are left over from its earlier uses. They are not a loss.
    /// </summary>
    public long StaleBytes { get; internal set; }

    /// <summary>
    /// The number of bytes that never were part of a record: control records, the trailers of blocks, and space that was never written.
    /// </summary>
    public long OtherBytes { get; internal set; }

    /// <summary>The first <see cref="MaxListedLosses"/> losses, ordered by their offsets.</summary>
    public IReadOnlyList<Finding> Losses => _losses;

    /// <summary>The logs of earlier uses that were written, if <see cref="SalvageOptions.IncludesStale"/> is true.</summary>
    public IReadOnlyList<StaleLog> Stale => _stale;

    /// <summary>
    /// The number of records of earlier uses that were not written, because there are more than <see cref="MaxStaleLogs"/> uses. 0 for an
    /// undamaged log.
    /// </summary>
    public long StaleRecordsLeftOut { get; internal set; }

    /// <summary>
    /// The reason for which the log could not be read or written to its end; null if it was. After a failure, the counts cover the part
    /// before it; the counts of records are 0 if no output was kept.
    /// </summary>
    public string? Failure { get; internal set; }

    internal void Add(Finding loss)
    {
        LossCount++;
        LostBytes += loss.Bytes;
        if (_losses.Count < MaxListedLosses)
        {
            _losses.Add(loss);
        }
    }

    /// <summary>Sorts the losses by offset. They may be added out of order, because the loss of a record may be detected late.</summary>
    internal void Sort()
    {
        Finding[] sorted = [.. _losses.OrderBy(loss => loss.Offset)];
        _losses.Clear();
        _losses.AddRange(sorted);
    }

    internal void Add(StaleLog log) => _stale.Add(log);

    /// <summary>Resets the counts of records, because no output was kept.</summary>
    internal void ClearRecordCounts() => (Records, RecoveredRecords, DoubtfulRecords, RecordBytes) = (0, 0, 0, 0);
}
