using System.Buffers.Binary;
using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Elements;

/// <summary>
/// The buffer of a t-digest, read in place: the values that were added since the last merge, in the order in which they were added. It
/// points into the bytes that it was read from.
/// </summary>
/// <param name="value">The stored value. Bytes at the end that are not a whole number are ignored.</param>
public readonly ref struct TDigestBuffer(ReadOnlySpan<byte> value)
{
    private readonly ReadOnlySpan<byte> _values = value[..(value.Length / sizeof(ulong) * sizeof(ulong))];

    /// <summary>The number of values.</summary>
    public int Count => _values.Length / sizeof(ulong);

    /// <summary>Returns a value.</summary>
    /// <param name="index">The index of the value, from 0 up to, not including, <see cref="Count"/>.</param>
    public double this[int index] =>
        SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(_values.Slice(index * sizeof(ulong), sizeof(ulong))));
}
