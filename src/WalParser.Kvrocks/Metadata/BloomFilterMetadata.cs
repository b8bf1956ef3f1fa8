namespace WalParser.Kvrocks.Metadata;

/// <summary>What the metadata of a chain of Bloom filters has.</summary>
/// <param name="Filters">How many filters the chain has.</param>
/// <param name="Expansion">How many times as large as the last a new filter is; 0 = there will be none.</param>
/// <param name="BaseCapacity">How many items the first filter is for.</param>
/// <param name="ErrorRate">The false-positive rate that was asked for, between 0 and 1.</param>
/// <param name="Bytes">The size of all filters, in bytes.</param>
public readonly record struct BloomFilterMetadata(ushort Filters, ushort Expansion, uint BaseCapacity, double ErrorRate, uint Bytes)
{
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
