using System.Buffers.Binary;

namespace WalParser.Manifests;

/// <summary>
/// A key as table files have it (RocksDB, <c>db/dbformat.h</c>): the user's key, and behind it eight bytes, the sequence number
/// and a type. The bytes are a copy of their own.
/// </summary>
/// <param name="Bytes">All of it, at least eight bytes.</param>
public readonly record struct InternalKey(ReadOnlyMemory<byte> Bytes)
{
    internal const int TrailerSize = 8;

    /// <summary>The user's key; with user-defined timestamps, the timestamp at its end.</summary>
    public ReadOnlyMemory<byte> UserKey => Bytes[..^TrailerSize];

    /// <summary>The sequence number.</summary>
    public ulong Sequence => Trailer >> 8;

    /// <summary>The type of the entry (<c>ValueType</c> in <c>db/dbformat.h</c>): 0 a deletion, 1 a value, and so on.</summary>
    public byte ValueType => (byte)Trailer;

    private ulong Trailer => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[^TrailerSize..]);

    /// <summary>Whether both have the same bytes.</summary>
    public bool Equals(InternalKey other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }
}
