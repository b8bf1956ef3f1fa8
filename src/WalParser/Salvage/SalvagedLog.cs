using WalParser.Files;

namespace WalParser.Salvage;

/// <summary>What was salvaged of one log.</summary>
public sealed class SalvagedLog
{
    /// <summary>How many losses are listed one by one.</summary>
    public const int MaxListedLosses = 1000;

    private readonly List<SalvageLoss> _losses = [];
    private readonly List<StaleLog> _stale = [];

    internal SalvagedLog(WalFile source) => Source = source;

    /// <summary>The log that was read.</summary>
    public WalFile Source { get; }

    /// <summary>The log that was written; null if it could not be.</summary>
    public string? OutputPath { get; internal set; }

    /// <summary>How many records were written.</summary>
    public long Records { get; internal set; }

    /// <summary>How many of them lie behind damage in a block, where neither RocksDB nor an ordinary reading looks.</summary>
    public long RecoveredRecords { get; internal set; }

    /// <summary>How many losses there are.</summary>
    public long LossCount { get; private set; }

    /// <summary>How many bytes the losses come to.</summary>
    public long LostBytes { get; private set; }

    /// <summary>How many bytes behind the live end of a recycled log are left over from its earlier lives. They are no loss.</summary>
    public long StaleBytes { get; internal set; }

    /// <summary>The losses in order; of very many, the first <see cref="MaxListedLosses"/>.</summary>
    public IReadOnlyList<SalvageLoss> Losses => _losses;

    /// <summary>What was salvaged of its earlier lives, if that was asked for.</summary>
    public IReadOnlyList<StaleLog> Stale => _stale;

    /// <summary>Why it could not be read or written to its end; null if it was.</summary>
    public string? Failure { get; internal set; }

    internal void Add(SalvageLoss loss)
    {
        LossCount++;
        LostBytes += loss.Bytes;
        if (_losses.Count < MaxListedLosses)
        {
            _losses.Add(loss);
        }
    }

    internal void Add(StaleLog log) => _stale.Add(log);
}
