using WalParser.Databases;
using WalParser.Findings;

namespace WalParser.Salvage;

/// <summary>What was salvaged of one log.</summary>
public sealed class SalvagedLog
{
    /// <summary>How many losses are listed one by one.</summary>
    public const int MaxListedLosses = 1000;

    /// <summary>How many earlier lives of one log are written.</summary>
    public const int MaxStaleLogs = 16;

    private readonly List<Finding> _losses = [];
    private readonly List<StaleLog> _stale = [];

    internal SalvagedLog(WalFile source) => Source = source;

    /// <summary>The log that was read.</summary>
    public WalFile Source { get; }

    /// <summary>
    /// The log that was written; null if it could not be. Where the source could not be read to its end, what came before, under a name with the ending
    /// <c>.unfinished</c>; null if nothing did. Where the output failed, nothing is left of it.
    /// </summary>
    public string? OutputPath { get; internal set; }

    /// <summary>How many records were written.</summary>
    public long Records { get; internal set; }

    /// <summary>
    /// How many of them lie behind damage in a block, where neither RocksDB nor an ordinary reading looks, or have no damage but in the length in their header.
    /// </summary>
    public long RecoveredRecords { get; internal set; }

    /// <summary>
    /// How many of those were found by searching, with no header that leads to them. That their sequence numbers fit is all that tells them from
    /// the records of a log that is itself a value.
    /// </summary>
    public long DoubtfulRecords { get; internal set; }

    /// <summary>
    /// The log's size in bytes, decompressed. Each byte counts as one of <see cref="RecordBytes"/>, <see cref="LostBytes"/>, <see cref="StaleBytes"/> and
    /// <see cref="OtherBytes"/>. In the recovery view of a compressed copy, it is as far as recovery goes.
    /// </summary>
    public long Size { get; internal set; }

    /// <summary>How many bytes of the log the records are that were written, their headers included; in the recovery view also what lies between their fragments.</summary>
    public long RecordBytes { get; internal set; }

    /// <summary>How many losses there are.</summary>
    public long LossCount { get; private set; }

    /// <summary>How many bytes the losses come to.</summary>
    public long LostBytes { get; private set; }

    /// <summary>How many bytes behind the live end of a recycled log are left over from its earlier lives. They are no loss.</summary>
    public long StaleBytes { get; internal set; }

    /// <summary>How many bytes never held a record: control records, the trailers of blocks, space that was never written.</summary>
    public long OtherBytes { get; internal set; }

    /// <summary>The losses, by their offsets; of very many, the first <see cref="MaxListedLosses"/>.</summary>
    public IReadOnlyList<Finding> Losses => _losses;

    /// <summary>What was salvaged of its earlier lives, if that was asked for.</summary>
    public IReadOnlyList<StaleLog> Stale => _stale;

    /// <summary>How many records of earlier lives were not written, since they are of more than <see cref="MaxStaleLogs"/> lives. A sound log has none.</summary>
    public long StaleRecordsLeftOut { get; internal set; }

    /// <summary>Why it could not be read or written to its end; null if it was. If it is not, the counts are of what came before; where nothing was kept, those of records are 0.</summary>
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

    /// <summary>Puts the losses in order: that a record is lost may show late.</summary>
    internal void Sort()
    {
        Finding[] sorted = [.. _losses.OrderBy(loss => loss.Offset)];
        _losses.Clear();
        _losses.AddRange(sorted);
    }

    internal void Add(StaleLog log) => _stale.Add(log);

    /// <summary>Nothing was written after all.</summary>
    internal void TakeBackRecords() => (Records, RecoveredRecords, DoubtfulRecords, RecordBytes) = (0, 0, 0, 0);
}
