using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <summary>
/// What a batch did to one element of a key, as a whole: an element that was written several times has one change. What it is, follows from the key's
/// type, as in <see cref="SubkeyKey.Subkey"/>; the memory is the keyspace's and is not changed any more.
/// </summary>
/// <param name="Version">The life of the key that the element belongs to.</param>
/// <param name="Subkey">The element.</param>
/// <param name="Before">Its stored value before the batch; null if it was not there, or not known to be.</param>
/// <param name="After">Its stored value after the batch; null if it is not there any more.</param>
public sealed record SubkeyChange(
    KvrocksVersion Version, ReadOnlyMemory<byte> Subkey, ReadOnlyMemory<byte>? Before, ReadOnlyMemory<byte>? After);
