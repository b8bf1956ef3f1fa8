using System.Diagnostics.CodeAnalysis;

namespace WalParser.Coding;

/// <summary>
/// Compares byte strings by content: for dictionaries and sets with byte strings as keys, which are looked up by a span without a copy
/// (<c>GetAlternateLookup&lt;ReadOnlySpan&lt;byte&gt;&gt;()</c>), and for sorting in the order of RocksDB's default comparator: unsigned
/// byte by byte, a prefix first. The hash is seeded by the runtime, so that hostile input cannot cause collisions on purpose. Thread-safe.
/// </summary>
public sealed class ByteStringComparer :
    IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>, IComparer<byte[]>
{
    private ByteStringComparer()
    {
    }

    /// <summary>The comparer.</summary>
    public static ByteStringComparer Instance { get; } = new();

    /// <summary>Returns whether two byte strings are equal. Null equals null and an empty byte string.</summary>
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <summary>Returns whether two byte strings are equal.</summary>
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <summary>Returns the hash code of a byte string.</summary>
    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    /// <summary>Returns the hash code of a byte string.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }

    /// <summary>Returns a copy of a byte string.</summary>
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    /// <summary>Compares two byte strings; null sorts as an empty one.</summary>
    /// <returns>
    /// A negative number, 0 or a positive number if <paramref name="x"/> sorts before, equal to or after <paramref name="y"/>.
    /// </returns>
    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
