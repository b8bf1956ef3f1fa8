using System.Buffers.Binary;

namespace WalParser.Kvrocks.Keys;

// The format (Kvrocks, src/storage/redis_metadata.cc, InternalKey); integers are big-endian:
//
//   +----------------------+-----------+ - - - - - +---------------------+----------+-------------+--------+
//   | namespace length (1) | namespace | slot (2)  | user key length (4) | user key | version (8) | subkey |
//   +----------------------+-----------+ - - - - - +---------------------+----------+-------------+--------+

/// <summary>
/// A key of the column families <c>default</c>, <c>zset_score</c> and <c>stream</c>, read in place: the user's key, its version, and the
/// element. Its spans point into the bytes that it was read from.
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

    /// <summary>The namespace. The default namespace is <c>__namespace</c>.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    /// <summary>The cluster slot that is stored in the key; null if keys do not contain their slot.</summary>
    public ushort? Slot { get; }

    /// <summary>The user's key.</summary>
    public ReadOnlySpan<byte> UserKey { get; }

    /// <summary>
    /// The version of the key that the element belongs to. An element whose version differs from that of the key's metadata is obsolete.
    /// </summary>
    public KvrocksVersion Version { get; }

    /// <summary>The element: a field, a member or an index, depending on the type of the key.</summary>
    public ReadOnlySpan<byte> Subkey { get; }

    /// <summary>Reads a stored key. Returns false if it is shorter than the lengths in it require.</summary>
    /// <param name="bytes">The stored key.</param>
    /// <param name="hasSlot">Whether keys contain their slot.</param>
    /// <param name="key">The parts of the key.</param>
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

        ReadOnlySpan<byte> end = rest[(int)length..];
        key = new SubkeyKey(
            start.Namespace, start.Slot, rest[..(int)length], BinaryPrimitives.ReadUInt64BigEndian(end), end[sizeof(ulong)..]);
        return true;
    }

    /// <summary>Returns the prefix that all subkeys of one version of a key have in common.</summary>
    /// <param name="metadataKey">The stored metadata key.</param>
    /// <param name="userKeyLength">The length of the user's key, which is at the end of <paramref name="metadataKey"/>, in bytes.</param>
    /// <param name="version">The version.</param>
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
