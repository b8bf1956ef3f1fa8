using System.Buffers.Binary;

namespace WalParser.Kvrocks.Tests.Items;

/// <summary>Computes the namespace and the slot of stored keys from the description of the format alone, bit by bit.</summary>
internal static class SlotOracle
{
    private static readonly uint[] SubkeyFamilies = [0, 2, 5];

    /// <summary>
    /// Returns true if an item is one of a key of the dataset. The deletion of the empty key, with which Kvrocks creates the first chunk of
    /// a time series, is not.
    /// </summary>
    public static bool IsDataset(RecordedItem item) =>
        item.Key is { Length: > 0 } && (item.ColumnFamily == 1 || SubkeyFamilies.Contains(item.ColumnFamily!.Value));

    public static byte[] NamespaceOf(byte[] key) => key[1..(1 + key[0])];

    /// <summary>
    /// Returns the stored slot if keys contain their slot; otherwise the slot from the CRC-16 of the hash tag of the user's key.
    /// </summary>
    public static int Of(byte[] key, uint columnFamily, bool isSlotted)
    {
        byte[] rest = key[(1 + key[0])..];
        if (isSlotted)
        {
            return BinaryPrimitives.ReadUInt16BigEndian(rest);
        }

        byte[] userKey = rest;
        if (columnFamily != 1)
        {
            userKey = rest.AsSpan(4, BinaryPrimitives.ReadInt32BigEndian(rest)).ToArray();
        }

        int open = Array.IndexOf(userKey, (byte)'{');
        int close = open < 0 ? -1 : Array.IndexOf(userKey, (byte)'}', open + 1);
        return Crc16(close > open + 1 ? userKey[(open + 1)..close] : userKey) % 16384;
    }

    private static int Crc16(byte[] bytes)
    {
        int crc = 0;
        foreach (byte value in bytes)
        {
            for (int bit = 7; bit >= 0; bit--)
            {
                bool carry = ((crc >> 15) ^ (value >> bit)) % 2 != 0;
                crc = ((crc << 1) & 0xFFFF) ^ (carry ? 0x1021 : 0);
            }
        }

        return crc;
    }
}
