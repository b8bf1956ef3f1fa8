using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>Supplies the WALs that a <see cref="WalSetReader"/> reads.</summary>
internal abstract class WalSource : IAsyncDisposable
{
    /// <summary>Returns the next WAL; null if there is none and none can follow.</summary>
    public abstract ValueTask<WalFile?> NextAsync(CancellationToken cancellationToken);

    /// <summary>Opens a WAL.</summary>
    public virtual WalReader Open(WalFile file, WalReaderOptions options) => file.Open(options);

    /// <summary>
    /// Removes and returns the finding about the WAL that was read last, which is reported before the next WAL; null if there is none.
    /// </summary>
    public virtual Finding? DequeueFinding() => null;

    public virtual ValueTask DisposeAsync() => default;
}
