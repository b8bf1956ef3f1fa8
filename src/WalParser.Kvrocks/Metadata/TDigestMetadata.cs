namespace WalParser.Kvrocks.Metadata;

/// <summary>What the metadata of a t-digest has.</summary>
/// <param name="Compression">The compression that was asked for.</param>
/// <param name="Capacity">How many values the buffer holds before it is merged.</param>
/// <param name="UnmergedNodes">How many values are in the buffer.</param>
/// <param name="MergedNodes">How many centroids there are.</param>
/// <param name="TotalWeight">The weight of all.</param>
/// <param name="MergedWeight">The weight of the centroids.</param>
/// <param name="Minimum">The least value.</param>
/// <param name="Maximum">The greatest value.</param>
/// <param name="Observations">How many values were added.</param>
/// <param name="Merges">How often the buffer was merged.</param>
public readonly record struct TDigestMetadata(
    uint Compression,
    uint Capacity,
    ulong UnmergedNodes,
    ulong MergedNodes,
    ulong TotalWeight,
    ulong MergedWeight,
    double Minimum,
    double Maximum,
    ulong Observations,
    ulong Merges)
{
    internal static bool TryRead(ReadOnlySpan<byte> body, out TDigestMetadata digest)
    {
        var reader = new BigEndianReader(body);
        bool isWhole = reader.TryRead32(out uint compression)
            & reader.TryRead32(out uint capacity)
            & reader.TryRead64(out ulong unmerged)
            & reader.TryRead64(out ulong merged)
            & reader.TryRead64(out ulong totalWeight)
            & reader.TryRead64(out ulong mergedWeight)
            & reader.TryReadDouble(out double minimum)
            & reader.TryReadDouble(out double maximum)
            & reader.TryRead64(out ulong observations)
            & reader.TryRead64(out ulong merges);
        digest = new TDigestMetadata(
            compression, capacity, unmerged, merged, totalWeight, mergedWeight, minimum, maximum, observations, merges);
        return isWhole;
    }
}
