using WalParser.Framing;

namespace WalParser.Files;

/// <summary>Says which WAL a <see cref="WalSetReader"/> reads next.</summary>
internal abstract class WalSource : IAsyncDisposable
{
    /// <summary>The next WAL, or null if there is none and will be none.</summary>
    public abstract ValueTask<WalFile?> NextAsync(CancellationToken cancellationToken);

    /// <summary>Opens it.</summary>
    public virtual WalReader Open(WalFile file, WalReaderOptions options) => file.Open(options);

    public virtual ValueTask DisposeAsync() => default;
}
