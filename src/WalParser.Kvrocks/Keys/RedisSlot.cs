namespace WalParser.Kvrocks.Keys;

/// <summary>Computes the cluster slot of a key by the rules of the Redis Cluster specification.</summary>
public static class RedisSlot
{
    /// <summary>The number of slots.</summary>
    public const int Count = 16384;

    private static readonly ushort[] Table = MakeTable();

    /// <summary>
    /// Returns the slot of a key: the CRC-16/XMODEM of its hash tag, modulo <see cref="Count"/>. The hash tag is the text between the first
    /// <c>{</c> and the next <c>}</c>, or the whole key if there is no such text or it is empty.
    /// </summary>
    public static ushort Of(ReadOnlySpan<byte> userKey)
    {
        ushort crc = 0;
        foreach (byte value in HashTagOf(userKey))
        {
            crc = (ushort)((crc << 8) ^ Table[(crc >> 8) ^ value]);
        }

        return (ushort)(crc % Count);
    }

    /// <summary>Returns the slot of a stored key: the one that the key has or, where keys have none, that of the user's key.</summary>
    /// <param name="storedKey">The stored key.</param>
    /// <param name="family">The column family, one whose keys belong to the dataset.</param>
    /// <param name="key">What the key begins with.</param>
    /// <returns>Null if the key is too short for the user's key.</returns>
    internal static int? OfStored(ReadOnlySpan<byte> storedKey, KvrocksColumnFamily family, in MetadataKey key) =>
        key.Slot is { } slot ? slot
        : family == KvrocksColumnFamily.Metadata ? Of(key.UserKey)
        : SubkeyKey.TryRead(storedKey, hasSlot: false, out SubkeyKey subkey) ? Of(subkey.UserKey)
        : null;

    private static ReadOnlySpan<byte> HashTagOf(ReadOnlySpan<byte> userKey)
    {
        int open = userKey.IndexOf((byte)'{');
        if (open < 0)
        {
            return userKey;
        }

        int length = userKey[(open + 1)..].IndexOf((byte)'}');
        return length > 0 ? userKey.Slice(open + 1, length) : userKey;
    }

    private static ushort[] MakeTable()
    {
        const ushort Polynomial = 0x1021;
        ushort[] table = new ushort[256];
        for (int i = 0; i < table.Length; i++)
        {
            int crc = i << 8;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1;
            }

            table[i] = (ushort)crc;
        }

        return table;
    }
}
