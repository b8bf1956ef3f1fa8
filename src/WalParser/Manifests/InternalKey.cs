using System.Buffers.Binary;

namespace WalParser.Manifests;

/// <summary>
/// A key as table files store it (RocksDB, <c>db/dbformat.h</c>): the user's key, followed by eight bytes that contain the sequence number
/// and a type. The bytes are an independent copy.
/// </summary>
/// <param name="Bytes">The whole key, at least eight bytes.</param>
public readonly record struct InternalKey(ReadOnlyMemory<byte> Bytes)
{
    internal const int TrailerSize = 8;

    /// <summary>The user's key. With user-defined timestamps, it includes the timestamp at its end.</summary>
    public ReadOnlyMemory<byte> UserKey => Bytes[..^TrailerSize];

    /// <summary>The sequence number.</summary>
    public ulong Sequence => Trailer >> 8;

    /// <summary>The type of the entry (<c>ValueType</c> in <c>db/dbformat.h</c>): 0 for a deletion, 1 for a value, and so on.</summary>
    public byte ValueType => (byte)Trailer;

    private ulong Trailer => BinaryPrimitives.ReadUInt64LittleEndian(Bytes.Span[^TrailerSize..]);

    /// <summary>Returns whether both keys have the same bytes.</summary>
    public bool Equals(InternalKey other) => Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }
}
