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
    private readonly List<Finding> _mended = [];
    private readonly List<Finding> _leftOut = [];
    private readonly List<StaleLog> _stale = [];

    internal SalvagedLog(WalFile source) => Source = source;

    /// <summary>The log that was read.</summary>
    public WalFile Source { get; }

    /// <summary>
    /// The path of the log that was written; null if it could not be written, if there is nothing to write (<see cref="NotWritten"/>), and
    /// in a dry run. If the source could not be read to its end, a log of the records up to there, with a name that ends in
    /// <c>.unfinished</c>; null if there are none. If the output failed, nothing is kept.
    /// </summary>
    public string? OutputPath { get; internal set; }

    /// <summary>The number of records that were written.</summary>
    public long Records { get; internal set; }

    /// <summary>
    /// The number of written records that begin after damage in a block, where neither RocksDB nor an ordinary reading finds them, or that
    /// are damaged only in the length or the log number in a header (<see cref="Mended"/>).
    /// </summary>
    public long RecoveredRecords { get; internal set; }

    /// <summary>
    /// The number of recovered records that were found by searching, because no header leads to them. Only their fitting sequence numbers
    /// distinguish them from the records of a log that is itself a value.
    /// </summary>
    public long DoubtfulRecords { get; internal set; }

    /// <summary>
    /// The size of the log, in bytes, decompressed. Each byte is counted in one of <see cref="RecordBytes"/>, <see cref="LostBytes"/>,
    /// <see cref="LeftOutBytes"/>, <see cref="StaleBytes"/> and <see cref="OtherBytes"/>. In the recovery view of a compressed copy, the
    /// size up to where recovery stops.
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

    /// <summary>The number of fragments that were read although the length or the log number in their header is damaged.</summary>
    public long MendedCount { get; private set; }

    /// <summary>
    /// The first <see cref="MaxListedLosses"/> fragments that were read although the length or the log number in their header is damaged:
    /// the checksum shows the right value. Nothing is lost by that.
    /// </summary>
    public IReadOnlyList<Finding> Mended => _mended;

    /// <summary>
    /// The number of intact records that are not in the output because RocksDB would refuse to open a database with them, or would stop at
    /// them: their sequence numbers are lower than those of a record before them (<c>DBImpl::CheckSeqnoNotSetBackDuringRecovery</c>,
    /// RocksDB 10.1 and later), they take numbers beyond the greatest one, they have a malformed wide-column entity or blob index, or they do
    /// not agree with the comparators in the MANIFEST.
    /// </summary>
    public long LeftOutRecords { get; private set; }

    /// <summary>
    /// The number of <see cref="LeftOutRecords"/> that have the same bytes as a record that was written. Nothing is lost by leaving them
    /// out. The other ones are in <see cref="LeftOutPath"/>.
    /// </summary>
    public long RepeatedRecords { get; private set; }

    /// <summary>The number of bytes of the <see cref="LeftOutRecords"/> in the source, including the headers of their fragments.</summary>
    public long LeftOutBytes { get; private set; }

    /// <summary>The first <see cref="MaxListedLosses"/> records that were left out.</summary>
    public IReadOnlyList<Finding> LeftOut => _leftOut;

    /// <summary>
    /// The path of a log with the records that were left out and do not repeat a record, in the order of the source; null if there are
    /// none, and in a dry run. RocksDB would refuse them; a reader of this library reads them.
    /// </summary>
    public string? LeftOutPath { get; internal set; }

    /// <summary>
    /// The finding because of which no log is written; null if one is written, or <see cref="Failure"/> says why none is. Its kind is
    /// <see cref="FindingKind.ForeignLog"/>, <see cref="FindingKind.UnusedRecycledLog"/> or <see cref="FindingKind.OnlyZeros"/>.
    /// </summary>
    public Finding? NotWritten { get; private set; }

    /// <summary>Whether something of the log is not in the output that is not known to be elsewhere in it.</summary>
    internal bool HasLosses => LossCount > 0 || LeftOutRecords > RepeatedRecords || NotWritten is { Severity: not FindingSeverity.Note };

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

    /// <summary>Decides that no log is written. What belongs to another log is a loss then, and no stale tail of this one.</summary>
    internal void LeaveUnwritten(Finding? finding)
    {
        NotWritten = finding;
        if (finding?.Kind == FindingKind.ForeignLog)
        {
            Add(finding with { Bytes = StaleBytes });
            StaleBytes = 0;
        }
    }

    /// <summary>Adds a fragment that was read although its header is damaged.</summary>
    internal void AddMended(Finding mended)
    {
        MendedCount++;
        if (_mended.Count < MaxListedLosses)
        {
            _mended.Add(mended);
        }
    }

    /// <summary>Adds a record that is not written.</summary>
    internal void AddLeftOut(Finding leftOut)
    {
        LeftOutRecords++;
        LeftOutBytes += leftOut.Bytes;
        RepeatedRecords += leftOut.Kind == FindingKind.RepeatedRecord ? 1 : 0;
        if (_leftOut.Count < MaxListedLosses)
        {
            _leftOut.Add(leftOut);
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
