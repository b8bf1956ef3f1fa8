using System.Numerics;

namespace WalParser.Kvrocks.Tests.Commands.Dialect;

/// <summary>The registers of a HyperLogLog, as PFADD changes them in Redis and Kvrocks (<c>hllPatLen</c>, <c>MurmurHash64A</c>).</summary>
internal sealed class KvrocksHyperLogLog
{
    private const ulong Multiplier = 0xC6A4A7935BD1E995;

    public byte[] Registers { get; init; } = new byte[1 << 14];

    public void Add(ReadOnlySpan<byte> element)
    {
        ulong hash = Hash(element);
        int count = BitOperations.TrailingZeroCount((hash >> 14) | (1UL << 50)) + 1;
        ref byte register = ref Registers[hash & ((1 << 14) - 1)];
        register = (byte)Math.Max((int)register, count);
    }

    public static ulong Hash(ReadOnlySpan<byte> element)
    {
        ulong hash = 0xADC83B19 ^ ((ulong)element.Length * Multiplier);
        for (; element.Length >= 8; element = element[8..])
        {
            ulong block = BitConverter.ToUInt64(element) * Multiplier;
            block = (block ^ (block >> 47)) * Multiplier;
            hash = (hash ^ block) * Multiplier;
        }

        if (element.Length > 0)
        {
            for (int i = element.Length - 1; i >= 0; i--)
            {
                hash ^= (ulong)element[i] << (8 * i);
            }

            hash *= Multiplier;
        }

        hash = (hash ^ (hash >> 47)) * Multiplier;
        return hash ^ (hash >> 47);
    }
}
