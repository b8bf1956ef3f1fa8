using System.Buffers.Binary;

namespace WalParser.Kvrocks.Tests.Items;

/// <summary>Namespace and slot of stored keys, reckoned from the format's description alone, bit by bit.</summary>
internal static class ReckonedSlot
{
    private static readonly uint[] SubkeyFamilies = [0, 2, 5];

    /// <summary>Whether a column family has keys of the dataset.</summary>
    public static bool IsDataset(uint columnFamily) => columnFamily == 1 || SubkeyFamilies.Contains(columnFamily);

    public static byte[] NamespaceOf(byte[] key) => key[1..(1 + key[0])];

    /// <summary>The slot: where keys carry theirs, what stands there; else the CRC-16 of the user's key's hash tag.</summary>
    public static int Of(byte[] key, uint columnFamily, bool isSlotted)
    {
        byte[] behind = key[(1 + key[0])..];
        if (isSlotted)
        {
            return BinaryPrimitives.ReadUInt16BigEndian(behind);
        }

        byte[] userKey = behind;
        if (columnFamily != 1)
        {
            userKey = behind.AsSpan(4, BinaryPrimitives.ReadInt32BigEndian(behind)).ToArray();
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
