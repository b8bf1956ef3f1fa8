using WalParser.Framing;
using WalParser.Writing;

namespace WalParser.Salvage;

/// <summary>
/// The logs that are written for one source: one for the log itself, and one for each of its earlier uses. Unfinished logs are removed.
/// </summary>
internal sealed class SalvageOutput(SalvageFolder folder, ulong logNumber, bool wantsStale) : IDisposable
{
    private const int FlushSize = 1 << 20;

    // The number of timestamp sizes in a control record, which must fit in a block.
    private const int SizesAtOnce = 5000;

    private readonly SortedDictionary<uint, OutputLog> _stale = [];
    private OutputLog? _live;
    private int _declared;
    private long _flushed;

    /// <summary>Whether the records of earlier uses are written.</summary>
    public bool WantsStale => wantsStale;

    /// <summary>
    /// The number of records of earlier uses that were not written, because <see cref="SalvagedLog.MaxStaleLogs"/> logs were written
    /// already.
    /// </summary>
    public long StaleRecordsLeftOut { get; private set; }

    /// <summary>Writes the timestamp sizes that were not written yet.</summary>
    public void Declare(TimestampSizes sizes)
    {
        // A log can add declarations, but not change them.
        foreach (KeyValuePair<uint, int>[] some in sizes.InDeclaredOrder.Skip(_declared).Chunk(SizesAtOnce))
        {
            Live.Writer.WriteTimestampSizes(some);
        }

        _declared = sizes.InDeclaredOrder.Count;
    }

    /// <summary>Writes a record of the log itself.</summary>
    public void Write(ReadOnlySpan<byte> record) => Live.Writer.Write(record);

    /// <summary>Writes a record of the earlier use with a log number.</summary>
    public void WriteStale(uint number, ReadOnlySpan<byte> record)
    {
        if (!_stale.TryGetValue(number, out OutputLog? log))
        {
            if (_stale.Count == SalvagedLog.MaxStaleLogs)
            {
                StaleRecordsLeftOut++;
                return;
            }

            log = new OutputLog(folder.CreateStale(logNumber, number), new LogWriterOptions { LogNumber = number }, folder.CreateFile);
            _stale.Add(number, log);
        }

        log.Writer.Write(record);
    }

    /// <summary>Removes all records of earlier uses: they turned out not to belong to one.</summary>
    public void RestartStale()
    {
        StaleRecordsLeftOut = 0;
        foreach (OutputLog log in _stale.Values)
        {
            log.Restart();
        }
    }

    /// <summary>Writes the buffered bytes to the files if there are many.</summary>
    public void Flush()
    {
        OutputLog[] all = _live is null ? [.. _stale.Values] : [_live, .. _stale.Values];
        long position = all.Sum(log => log.Writer.Position);
        if (Math.Abs(position - _flushed) < FlushSize)
        {
            return;
        }

        _flushed = position;
        foreach (OutputLog log in all)
        {
            log.Flush();
        }
    }

    /// <summary>Finishes the logs, and sets their paths in <paramref name="log"/>.</summary>
    public void Finish(SalvagedLog log)
    {
        foreach ((uint number, OutputLog stale) in _stale)
        {
            if (stale.Writer.RecordCount > 0)
            {
                stale.Finish();
                log.Add(new StaleLog(number, stale.Path, stale.Writer.RecordCount));
            }
        }

        log.StaleRecordsLeftOut = StaleRecordsLeftOut;
        Live.Finish();
        log.OutputPath = Live.Path;
    }

    /// <summary>
    /// Keeps the unfinished log of a source that could not be read to its end. If the output failed instead, the log is not kept and its
    /// records are not counted.
    /// </summary>
    public void Keep(SalvagedLog log)
    {
        if (_live is { Writer.RecordCount: > 0 } && _live.TryKeep())
        {
            log.OutputPath = _live.UnfinishedPath;
        }
        else
        {
            log.ClearRecordCounts();
        }
    }

    public void Dispose()
    {
        foreach (OutputLog log in _stale.Values)
        {
            log.Dispose();
        }

        folder.RemoveStaleIfEmpty(logNumber);
        _live?.Dispose();
    }

    /// <summary>
    /// The log for the source itself. It does not describe its predecessor even if the source does: older versions of RocksDB treat such a
    /// record as damage, and no version requires it.
    /// </summary>
    private OutputLog Live => _live ??= new OutputLog(
        folder.PathOf(logNumber), new LogWriterOptions { LogNumber = logNumber }, folder.CreateFile);
}
