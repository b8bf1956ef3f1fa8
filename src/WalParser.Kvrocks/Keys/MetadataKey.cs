using System.Buffers.Binary;

namespace WalParser.Kvrocks.Keys;

// The format (Kvrocks, src/storage/redis_metadata.cc, ComposeNamespaceKey); integers are big-endian:
//
//   +----------------------+-----------+ - - - - - +----------+
//   | namespace length (1) | namespace | slot (2)  | user key |
//   +----------------------+-----------+ - - - - - +----------+

/// <summary>A key of the column family <c>metadata</c>, read in place: its spans point into the bytes that it was read from.</summary>
public readonly ref struct MetadataKey
{
    private MetadataKey(ReadOnlySpan<byte> ns, ushort? slot, ReadOnlySpan<byte> userKey)
    {
        Namespace = ns;
        Slot = slot;
        UserKey = userKey;
    }

    /// <summary>The namespace. The default namespace is <c>__namespace</c>.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    /// <summary>The cluster slot that is stored in the key; null if keys do not contain their slot.</summary>
    public ushort? Slot { get; }

    /// <summary>The user's key.</summary>
    public ReadOnlySpan<byte> UserKey { get; }

    /// <summary>Reads a stored key. Returns false if it is shorter than the lengths in it require.</summary>
    /// <param name="bytes">The stored key.</param>
    /// <param name="hasSlot">Whether keys contain their slot.</param>
    /// <param name="key">The parts of the key.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool hasSlot, out MetadataKey key)
    {
        key = default;
        int slotSize = hasSlot ? sizeof(ushort) : 0;
        if (bytes.IsEmpty || bytes.Length < 1 + bytes[0] + slotSize)
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes[(1 + bytes[0])..];
        key = new MetadataKey(
            bytes.Slice(1, bytes[0]),
            hasSlot ? BinaryPrimitives.ReadUInt16BigEndian(rest) : null,
            rest[slotSize..]);
        return true;
    }

    /// <summary>Returns the stored form of the metadata key of a user's key.</summary>
    /// <param name="ns">The namespace, at most 255 bytes.</param>
    /// <param name="userKey">The user's key.</param>
    /// <param name="hasSlot">Whether keys contain their slot.</param>
    /// <exception cref="ArgumentException">The namespace is longer than 255 bytes.</exception>
    public static byte[] Compose(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> userKey, bool hasSlot)
    {
        if (ns.Length > byte.MaxValue)
        {
            throw new ArgumentException("A namespace has at most 255 bytes.", nameof(ns));
        }

        int start = 1 + ns.Length + (hasSlot ? sizeof(ushort) : 0);
        byte[] key = new byte[start + userKey.Length];
        key[0] = (byte)ns.Length;
        ns.CopyTo(key.AsSpan(1));
        if (hasSlot)
        {
            BinaryPrimitives.WriteUInt16BigEndian(key.AsSpan(1 + ns.Length), RedisSlot.Of(userKey));
        }

        userKey.CopyTo(key.AsSpan(start));
        return key;
    }
}
