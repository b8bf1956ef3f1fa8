using WalParser.Batches;

namespace WalParser.Kvrocks.Keys;

/// <summary>An operation on a stored key, read in place: its spans point into the batch.</summary>
internal readonly ref struct StoredOperation(
    OperationType type, KvrocksColumnFamily family, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ReadOnlySpan<byte> endKey)
{
    public OperationType Type { get; } = type;

    public KvrocksColumnFamily Family { get; } = family;

    public ReadOnlySpan<byte> Key { get; } = key;

    public ReadOnlySpan<byte> Value { get; } = value;

    public ReadOnlySpan<byte> EndKey { get; } = endKey;

    /// <summary>
    /// Whether this is the deletion of the empty key with which Kvrocks begins a time series (<c>TimeSeries::createTimeSeries</c>). There
    /// is no such key, so it has no effect.
    /// </summary>
    public bool DeletesNothing => Family == KvrocksColumnFamily.Default && Type.IsDelete && Key.IsEmpty;

    public bool IsStream => Family == KvrocksColumnFamily.Stream;
}
