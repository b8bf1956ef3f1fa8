using System.Buffers.Binary;

namespace WalParser.Kvrocks.Keys;

// The format (Kvrocks, src/storage/redis_metadata.cc, ComposeNamespaceKey); integers are big-endian:
//
//   +----------------------+-----------+ - - - - - +----------+
//   | namespace length (1) | namespace | slot (2)  | user key |
//   +----------------------+-----------+ - - - - - +----------+

/// <summary>A key of the column family <c>metadata</c>, read in place: its spans are those of the bytes it was read from.</summary>
public readonly ref struct MetadataKey
{
    private MetadataKey(ReadOnlySpan<byte> ns, ushort? slot, ReadOnlySpan<byte> userKey)
    {
        Namespace = ns;
        Slot = slot;
        UserKey = userKey;
    }

    /// <summary>The namespace; <c>__namespace</c> is the default one.</summary>
    public ReadOnlySpan<byte> Namespace { get; }

    /// <summary>The cluster slot as it stands in the key; null if keys carry none.</summary>
    public ushort? Slot { get; }

    /// <summary>The key as the user knows it.</summary>
    public ReadOnlySpan<byte> UserKey { get; }

    /// <summary>Reads a key; false if it is too short for what it claims.</summary>
    /// <param name="bytes">The key.</param>
    /// <param name="hasSlot">Whether keys carry their slot.</param>
    /// <param name="key">The parts.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool hasSlot, out MetadataKey key)
    {
        key = default;
        int slotSize = hasSlot ? sizeof(ushort) : 0;
        if (bytes.IsEmpty || bytes.Length < 1 + bytes[0] + slotSize)
        {
            return false;
        }

        ReadOnlySpan<byte> behind = bytes[(1 + bytes[0])..];
        key = new MetadataKey(
            bytes.Slice(1, bytes[0]),
            hasSlot ? BinaryPrimitives.ReadUInt16BigEndian(behind) : null,
            behind[slotSize..]);
        return true;
    }

    /// <summary>The bytes of the metadata key of a user's key.</summary>
    /// <param name="ns">The namespace, of 255 bytes at the most.</param>
    /// <param name="userKey">The user's key.</param>
    /// <param name="hasSlot">Whether keys carry their slot.</param>
    /// <exception cref="ArgumentException">The namespace is too long.</exception>
    public static byte[] Compose(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> userKey, bool hasSlot)
    {
        if (ns.Length > byte.MaxValue)
        {
            throw new ArgumentException("A namespace has 255 bytes at the most.", nameof(ns));
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
