using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Metadata;

/// <summary>The fields of the metadata of a chain of Bloom filters.</summary>
/// <param name="Filters">The number of filters in the chain.</param>
/// <param name="Expansion">The ratio of the capacity of a new filter to that of the last; 0 if the chain does not grow.</param>
/// <param name="BaseCapacity">The number of items that the first filter is designed for.</param>
/// <param name="ErrorRate">The requested false-positive rate, between 0 and 1.</param>
/// <param name="Bytes">The total size of the filters, in bytes.</param>
public readonly record struct BloomFilterMetadata(ushort Filters, ushort Expansion, uint BaseCapacity, double ErrorRate, uint Bytes)
{
    /// <summary>The number of items that all filters together are designed for, as BF.INFO reports it.</summary>
    public ulong Capacity
    {
        get
        {
            double capacity = 0;
            double ofFilter = BaseCapacity;
            for (int i = 0; i < Math.Max(Filters, (ushort)1) && capacity < ulong.MaxValue; i++)
            {
                capacity += ofFilter;
                ofFilter *= Expansion;
            }

            return capacity < ulong.MaxValue ? (ulong)capacity : ulong.MaxValue;
        }
    }

    internal static bool TryRead(ReadOnlySpan<byte> body, out BloomFilterMetadata bloomFilter)
    {
        var reader = new BigEndianReader(body);
        bool isWhole = reader.TryRead16(out ushort filters)
            & reader.TryRead16(out ushort expansion)
            & reader.TryRead32(out uint capacity)
            & reader.TryReadDouble(out double errorRate)
            & reader.TryRead32(out uint bytes);
        bloomFilter = new BloomFilterMetadata(filters, expansion, capacity, errorRate, bytes);
        return isWhole;
    }
}
