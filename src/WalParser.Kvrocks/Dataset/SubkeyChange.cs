using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// The change that a batch, as a whole, made to one element of a key: an element that was written several times has one change. The meaning
/// of the element depends on the type of the key, as in <see cref="SubkeyKey.Subkey"/>. The memory belongs to the keyspace and does not
/// change.
/// </summary>
/// <param name="Version">The version of the key to which the element belongs.</param>
/// <param name="Subkey">The element.</param>
/// <param name="Before">The stored value before the batch; null if the element did not exist or is not known.</param>
/// <param name="After">The stored value after the batch; null if the element does not exist any more.</param>
public sealed record SubkeyChange(
    KvrocksVersion Version, ReadOnlyMemory<byte> Subkey, ReadOnlyMemory<byte>? Before, ReadOnlyMemory<byte>? After);
