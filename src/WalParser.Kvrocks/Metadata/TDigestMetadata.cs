using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Metadata;

/// <summary>The fields of the metadata of a t-digest.</summary>
/// <param name="Compression">The requested compression.</param>
/// <param name="Capacity">The number of values in the buffer at which it is merged.</param>
/// <param name="UnmergedNodes">The number of values in the buffer.</param>
/// <param name="MergedNodes">The number of centroids.</param>
/// <param name="TotalWeight">The weight of the centroids and the buffer.</param>
/// <param name="MergedWeight">The weight of the centroids.</param>
/// <param name="Minimum">The least value.</param>
/// <param name="Maximum">The greatest value.</param>
/// <param name="Observations">The number of values that were added.</param>
/// <param name="Merges">The number of times that the buffer was merged.</param>
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
