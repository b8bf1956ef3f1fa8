using WalParser.Kvrocks.Coding;

namespace WalParser.Kvrocks.Metadata;

/// <summary>The fields of the metadata of a cuckoo filter.</summary>
/// <param name="Filters">The number of filters in the chain.</param>
/// <param name="Expansion">The ratio of the capacity of a new filter to that of the last; 0 if the chain does not grow.</param>
/// <param name="BaseCapacity">The number of items that the first filter is designed for.</param>
/// <param name="BucketSize">The number of fingerprints in a bucket.</param>
/// <param name="MaxIterations">The number of fingerprints that an insertion moves at most.</param>
/// <param name="Deleted">The number of items that were deleted.</param>
/// <param name="PageSize">The size of a page of buckets, in bytes.</param>
public readonly record struct CuckooFilterMetadata(
    ushort Filters, ushort Expansion, ulong BaseCapacity, byte BucketSize, ushort MaxIterations, ulong Deleted, uint PageSize)
{
    internal static bool TryRead(ReadOnlySpan<byte> body, out CuckooFilterMetadata cuckooFilter)
    {
        var reader = new BigEndianReader(body);
        bool isWhole = reader.TryRead16(out ushort filters)
            & reader.TryRead16(out ushort expansion)
            & reader.TryRead64(out ulong capacity)
            & reader.TryRead8(out byte bucketSize)
            & reader.TryRead16(out ushort maxIterations)
            & reader.TryRead64(out ulong deleted)
            & reader.TryRead32(out uint pageSize);
        cuckooFilter = new CuckooFilterMetadata(filters, expansion, capacity, bucketSize, maxIterations, deleted, pageSize);
        return isWhole && reader.Rest.IsEmpty;
    }
}
