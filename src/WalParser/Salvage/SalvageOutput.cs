using WalParser.Databases;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// The logs that are written for one source: one for the log itself, one for the records that RocksDB would refuse, and one for each
/// of its earlier uses. Unfinished logs are removed.
/// </summary>
internal sealed class SalvageOutput : IDisposable
{
    private const int FlushSize = 1 << 20;

    // The number of timestamp sizes in a control record, which must fit in a block.
    private const int SizesAtOnce = 5000;

    private readonly SortedDictionary<uint, OutputLog> _stale = [];
    private readonly SalvageFolder _folder;
    private readonly WalFile _source;
    private readonly string _name;
    private readonly string _staleFolder;
    private readonly string _leftOutFolder;
    private OutputLog? _live;
    private OutputLog? _leftOut;
    private TimestampSizes _sizes = TimestampSizes.None;
    private int _declared;
    private int _declaredLeftOut;
    private long _flushed;

    public SalvageOutput(SalvageFolder folder, WalFile source, bool wantsStale)
    {
        _folder = folder;
        _source = source;
        WantsStale = wantsStale;
        _name = SalvageFolder.NameOf(source);
        string stem = Path.GetFileNameWithoutExtension(_name);
        _staleFolder = $"stale-of-{stem}";
        _leftOutFolder = $"left-out-of-{stem}";
    }

    /// <summary>Whether the records of earlier uses are written.</summary>
    public bool WantsStale { get; }

    /// <summary>
    /// The number of records of earlier uses that were not written, because <see cref="SalvagedLog.MaxStaleLogs"/> logs were written
    /// already.
    /// </summary>
    public long StaleRecordsLeftOut { get; private set; }

    /// <summary>Writes the timestamp sizes that were not written yet.</summary>
    public void Declare(TimestampSizes sizes)
    {
        _sizes = sizes;
        Declare(Live, ref _declared);
    }

    /// <summary>Writes a record of the log itself.</summary>
    public void Write(ReadOnlySpan<byte> record) => Live.Writer.Write(record);

    /// <summary>Writes a record of the log itself that RocksDB would refuse, to a log of its own.</summary>
    public void WriteLeftOut(ReadOnlySpan<byte> record)
    {
        _leftOut ??= Open(_folder.CreateBelow(_leftOutFolder, _name), _source.LogNumber);
        Declare(_leftOut, ref _declaredLeftOut);
        _leftOut.Writer.Write(record);
    }

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

            log = Open(_folder.CreateBelow(_staleFolder, WalFileName.Of(number)), number);
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
        OutputLog[] all = [.. All];
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
        if (_leftOut is not null)
        {
            _leftOut.Finish();
            log.LeftOutPath = _folder.IsDryRun ? null : _leftOut.Path;
        }

        if (log.NotWritten is null)
        {
            Live.Finish();
            log.OutputPath = _folder.IsDryRun ? null : Live.Path;
        }
    }

    /// <summary>
    /// Keeps the unfinished log of a source that could not be read to its end. If the output failed instead, the log is not kept and its
    /// records are not counted.
    /// </summary>
    public void Keep(SalvagedLog log)
    {
        if (_live is { Writer.RecordCount: > 0 } && _live.TryKeep())
        {
            log.OutputPath = _folder.IsDryRun ? null : _live.UnfinishedPath;
            if (_leftOut?.TryKeep() == true)
            {
                log.LeftOutPath = _folder.IsDryRun ? null : _leftOut.UnfinishedPath;
            }
        }
        else
        {
            log.ClearRecordCounts();
        }
    }

    public void Dispose()
    {
        foreach (OutputLog log in All)
        {
            log.Dispose();
        }

        _folder.RemoveIfEmpty(_staleFolder);
        _folder.RemoveIfEmpty(_leftOutFolder);
    }

    private IEnumerable<OutputLog> All => new[] { _live, _leftOut }.OfType<OutputLog>().Concat(_stale.Values);

    /// <summary>
    /// The log for the source itself. It does not describe its predecessor even if the source does: older versions of RocksDB treat such a
    /// record as damage, and no version requires it.
    /// </summary>
    private OutputLog Live => _live ??= Open(_folder.PathOf(_name), _source.LogNumber);

    private OutputLog Open(string path, ulong? logNumber) => new(path, logNumber, _source.FindPath(), _folder);

    private void Declare(OutputLog log, ref int declared)
    {
        // A log can add declarations, but not change them.
        foreach (KeyValuePair<uint, int>[] some in _sizes.InDeclaredOrder.Skip(declared).Chunk(SizesAtOnce))
        {
            log.Writer.WriteTimestampSizes(some);
        }

        declared = _sizes.InDeclaredOrder.Count;
    }
}
