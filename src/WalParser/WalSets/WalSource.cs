using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>Says which WAL a <see cref="WalSetReader"/> reads next.</summary>
internal abstract class WalSource : IAsyncDisposable
{
    /// <summary>The next WAL, or null if there is none and will be none.</summary>
    public abstract ValueTask<WalFile?> NextAsync(CancellationToken cancellationToken);

    /// <summary>Opens it.</summary>
    public virtual WalReader Open(WalFile file, WalReaderOptions options) => file.Open(options);

    /// <summary>What is not as it should be with the WAL that was read last, to be told before the next.</summary>
    public virtual Finding? TakeProblem() => null;

    public virtual ValueTask DisposeAsync() => default;
}
