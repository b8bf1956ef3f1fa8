using WalParser.Framing;
using WalParser.Writing;

namespace WalParser.Salvage;

/// <summary>The logs that are written for one source: its own, and those of its earlier lives. What is not finished is removed.</summary>
internal sealed class SalvageOutput(SalvageFolder folder, ulong logNumber, bool wantsStale) : IDisposable
{
    private const int FlushSize = 1 << 20;

    // What fits in a block: one control record.
    private const int SizesAtOnce = 5000;

    private readonly SortedDictionary<uint, OutputLog> _stale = [];
    private OutputLog? _live;
    private int _declared;
    private long _flushed;

    public bool WantsStale => wantsStale;

    /// <summary>How many records of earlier lives were not written, as there are logs of so many already.</summary>
    public long StaleRecordsLeftOut { get; private set; }

    public void Declare(TimestampSizes sizes)
    {
        // Declarations only ever come to those before.
        foreach (KeyValuePair<uint, int>[] some in sizes.InDeclaredOrder.Skip(_declared).Chunk(SizesAtOnce))
        {
            Live.Writer.WriteTimestampSizes(some);
        }

        _declared = sizes.InDeclaredOrder.Count;
    }

    public void Write(ReadOnlySpan<byte> record) => Live.Writer.Write(record);

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

    /// <summary>What was written of earlier lives was none of them.</summary>
    public void RestartStale()
    {
        StaleRecordsLeftOut = 0;
        foreach (OutputLog log in _stale.Values)
        {
            log.Restart();
        }
    }

    /// <summary>Hands on what has come together, if that is much.</summary>
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

    /// <summary>Finishes the logs, and tells where they are.</summary>
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

    /// <summary>The source could not be read on: what came before is left, unfinished. If it is the output that failed, nothing is left, nor counted.</summary>
    public void Keep(SalvagedLog log)
    {
        if (_live is { Writer.RecordCount: > 0 } && _live.TryKeep())
        {
            log.OutputPath = _live.UnfinishedPath;
        }
        else
        {
            log.TakeBackRecords();
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
    /// It does not name the log before it, also where the source does: older versions of RocksDB take such a record for damage, and none minds its absence.
    /// </summary>
    private OutputLog Live => _live ??= new OutputLog(folder.PathOf(logNumber), new LogWriterOptions { LogNumber = logNumber }, folder.CreateFile);
}
