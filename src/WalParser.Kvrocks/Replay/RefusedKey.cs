namespace WalParser.Kvrocks.Replay;

/// <summary>A key of which a server refused a command, for <see cref="ReplayOptions.Only"/>.</summary>
/// <param name="Sequence">The sequence number of the first batch of which a command was refused.</param>
/// <param name="Namespace">The namespace; empty, together with no key, for all namespaces.</param>
/// <param name="Key">The key; null for all keys of the namespace that later batches changed, after a refused FLUSHDB or FLUSHALL.</param>
public sealed record RefusedKey(ulong Sequence, ReadOnlyMemory<byte> Namespace, ReadOnlyMemory<byte>? Key);
