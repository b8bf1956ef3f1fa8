using System.Buffers.Binary;

namespace WalParser.Kvrocks.Keys;

// The format (Kvrocks, src/storage/redis_metadata.cc, InternalKey); integers are big-endian:
//
//   +----------------------+-----------+ - - - - - +---------------------+----------+-------------+--------+
//   | namespace length (1) | namespace | slot (2)  | user key length (4) | user key | version (8) | subkey |
//   +----------------------+-----------+ - - - - - +---------------------+----------+-------------+--------+

/// <summary>
/// A key of the column families <c>default</c>, <c>zset_score</c> and <c>stream</c>, read in place: whose element it is, of which of the
/// key's lives, and which. Its spans are those of the bytes it was read from.
/// </summary>
public readonly ref struct SubkeyKey
{
    private SubkeyKey(ReadOnlySpan<byte> ns, ushort? slot, ReadOnlySpan<byte> userKey, ulong version, ReadOnlySpan<byte> subkey)
    {
        Namespace = ns;
        Slot = slot;
        UserKey = userKey;
        Version = new KvrocksVersion(version);
        Subkey = subkey;
    }

    /// <summary>The namespace; <c>__namespace</c> is the default one.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    /// <summary>The cluster slot as it stands in the key; null if keys carry none.</summary>
    public ushort? Slot { get; }

    /// <summary>The key as the user knows it.</summary>
    public ReadOnlySpan<byte> UserKey { get; }

    /// <summary>The life of the key that the element belongs to. If it is not that of the key's metadata, then the element is dead.</summary>
    public KvrocksVersion Version { get; }

    /// <summary>The element: a field, a member, an index and so on, by the key's type.</summary>
    public ReadOnlySpan<byte> Subkey { get; }

    /// <summary>Reads a key; false if it is too short for what it claims.</summary>
    /// <param name="bytes">The key.</param>
    /// <param name="hasSlot">Whether keys carry their slot.</param>
    /// <param name="key">The parts.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool hasSlot, out SubkeyKey key)
    {
        key = default;
        if (!MetadataKey.TryRead(bytes, hasSlot, out MetadataKey start) || start.UserKey.Length < sizeof(uint))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = start.UserKey[sizeof(uint)..];
        uint length = BinaryPrimitives.ReadUInt32BigEndian(start.UserKey);
        if (rest.Length < sizeof(ulong) || length > rest.Length - sizeof(ulong))
        {
            return false;
        }

        ReadOnlySpan<byte> behind = rest[(int)length..];
        key = new SubkeyKey(
            start.Namespace, start.Slot, rest[..(int)length], BinaryPrimitives.ReadUInt64BigEndian(behind), behind[sizeof(ulong)..]);
        return true;
    }

    /// <summary>The bytes that all subkeys of one life of a key begin with.</summary>
    /// <param name="metadataKey">The stored metadata key.</param>
    /// <param name="userKeyLength">How much of its end is the user's key.</param>
    /// <param name="version">The life.</param>
    internal static byte[] ComposePrefix(ReadOnlySpan<byte> metadataKey, int userKeyLength, ulong version)
    {
        int start = metadataKey.Length - userKeyLength;
        byte[] prefix = new byte[metadataKey.Length + sizeof(uint) + sizeof(ulong)];
        metadataKey[..start].CopyTo(prefix);
        BinaryPrimitives.WriteUInt32BigEndian(prefix.AsSpan(start), (uint)userKeyLength);
        metadataKey[start..].CopyTo(prefix.AsSpan(start + sizeof(uint)));
        BinaryPrimitives.WriteUInt64BigEndian(prefix.AsSpan(prefix.Length - sizeof(ulong)), version);
        return prefix;
    }
}
