using WalParser.Kvrocks.Dataset;

namespace WalParser.Kvrocks.Commands;

/// <summary>How a <see cref="CommandConverter"/> makes commands.</summary>
public sealed record CommandOptions
{
    /// <summary>Which server they are for.</summary>
    public CommandTarget Target { get; init; }

    /// <summary>The namespaces whose commands are wanted; null = all. What happens in others is taken in, and counted.</summary>
    public IReadOnlyCollection<ReadOnlyMemory<byte>>? Namespaces { get; init; }

    /// <summary>
    /// Whether JSON documents are set (JSON.SET). A server that does not know the command refuses it, and does not start from an append-only file
    /// that has it; without, the documents are counted as what has no command.
    /// </summary>
    public bool WithJson { get; init; } = true;

    /// <summary>
    /// A key's expiry that is not at least this far in the future is held back until <see cref="CommandConverter.Complete"/>: at its
    /// time the server that the commands are loaded into would drop the key, although later batches still change it. So this is how long after
    /// the conversion the commands may be loaded, and still give what the log says.
    /// </summary>
    public TimeSpan ExpiryHold { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The clock by which expiries are past or to come.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>How the stored records are read.</summary>
    public KeyspaceOptions Keyspace { get; init; } = new();
}
