using WalParser.Framing;
using WalParser.Writing;

namespace WalParser.Salvage;

/// <summary>The logs that are written for one source: its own, and those of its earlier lives.</summary>
internal sealed class SalvageOutput(SalvageFolder folder, ulong logNumber, PredecessorWalInfo? before, bool wantsStale) : IAsyncDisposable
{
    private const int FlushSize = 1 << 20;

    private readonly Dictionary<uint, LogWriter> _stale = [];
    private LogWriter? _live;
    private PredecessorWalInfo? _predecessor;
    private long _flushed;

    public bool WantsStale => wantsStale;

    public string Path { get; } = folder.PathOf(logNumber);

    /// <summary>The logs of earlier lives.</summary>
    public IEnumerable<StaleLog> Stale => _stale.OrderBy(pair => pair.Key).Select(pair => new StaleLog(pair.Key, folder.StalePathOf(logNumber, pair.Key), pair.Value.RecordCount));

    /// <summary>What the next log may say of this one.</summary>
    public PredecessorWalInfo ToPredecessor() => Live.ToPredecessor();

    private LogWriter Live => _live ??= LogWriter.Open(Path, new LogWriterOptions { LogNumber = logNumber, Predecessor = _predecessor });

    private LogWriter[] All => _live is null ? [.. _stale.Values] : [_live, .. _stale.Values];

    /// <summary>
    /// The source names the log before it. So does what is written, with the size that log has now, if that was written before; else it names none, which
    /// RocksDB does not mind.
    /// </summary>
    public void NamePredecessor(PredecessorWalInfo? info)
    {
        if (_live is null && info is { } named && before is { } written && written.LogNumber == named.LogNumber)
        {
            _predecessor = written;
        }
    }

    public void Declare(TimestampSizes sizes) => Live.WriteTimestampSizes(sizes.ByColumnFamily);

    public void Write(ReadOnlySpan<byte> record) => Live.Write(record);

    public void WriteStale(uint number, ReadOnlySpan<byte> record)
    {
        if (!_stale.TryGetValue(number, out LogWriter? log))
        {
            log = LogWriter.Open(folder.CreateStale(logNumber, number), new LogWriterOptions { LogNumber = number });
            _stale.Add(number, log);
        }

        log.Write(record);
    }

    /// <summary>Hands on what has come together.</summary>
    public async ValueTask FlushAsync(bool isEnd, CancellationToken cancellationToken)
    {
        long position = (isEnd ? Live.Position : _live?.Position ?? 0) + _stale.Values.Sum(log => log.Position);
        if (!isEnd && position - _flushed < FlushSize)
        {
            return;
        }

        _flushed = position;
        foreach (LogWriter log in All)
        {
            await log.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (LogWriter log in All)
        {
            await log.DisposeAsync().ConfigureAwait(false);
        }
    }
}
