using System.Buffers.Binary;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.Output;

/// <summary>
/// Splits the elements of time series, t-digests and filters into parts. The methods return false, and write nothing, for an element of
/// another type and one that is not valid for its type.
/// </summary>
internal static class SketchParts
{
    /// <summary>Writes the parts that identify an element.</summary>
    public static bool WriteName(KvrocksType type, ReadOnlySpan<byte> subkey, IPartWriter to)
    {
        switch (type)
        {
            case KvrocksType.TimeSeries when TimeSeriesSubkey.TryRead(subkey, out TimeSeriesSubkey series, out _):
                if (series.Kind == TimeSeriesSubkeyKind.Chunk)
                {
                    to.Number("chunk", series.ChunkId);
                }
                else
                {
                    to.Bytes(series.Kind == TimeSeriesSubkeyKind.Label ? "label" : "downstream", series.Name);
                }

                return true;
            case KvrocksType.TDigest when TDigestSubkey.TryRead(subkey, out TDigestSubkey digest, out _):
                if (digest.IsBuffer)
                {
                    to.Text("element", "buffer");
                }
                else
                {
                    to.Number("mean", digest.Mean);
                }

                return true;
            case KvrocksType.BloomFilter when subkey.Length == sizeof(ushort):
                to.Number("filter", (ulong)BinaryPrimitives.ReadUInt16BigEndian(subkey));
                return true;
            case KvrocksType.CuckooFilter when subkey.Length == sizeof(ushort) + sizeof(uint):
                to.Number("filter", (ulong)BinaryPrimitives.ReadUInt16BigEndian(subkey));
                to.Number("page", (ulong)BinaryPrimitives.ReadUInt32BigEndian(subkey[sizeof(ushort)..]));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the parts of the value of an element.</summary>
    public static bool WriteValue(KvrocksType type, ReadOnlySpan<byte> subkey, ReadOnlySpan<byte> value, IPartWriter to)
    {
        switch (type)
        {
            case KvrocksType.TimeSeries when TimeSeriesSubkey.TryRead(subkey, out TimeSeriesSubkey series, out _):
                return WriteTimeSeries(series.Kind, value, to);
            case KvrocksType.TDigest when TDigestSubkey.TryRead(subkey, out TDigestSubkey digest, out _):
                if (digest.IsBuffer)
                {
                    to.Values(new TDigestBuffer(value));
                    return value.Length % sizeof(ulong) == 0;
                }

                if (value.Length == sizeof(ulong))
                {
                    to.Number("weight", SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(value)));
                    return true;
                }

                return false;
            case KvrocksType.BloomFilter when BloomFilter.TryRead(value, out BloomFilter filter):
                to.Number("bytes", (ulong)filter.Size);
                to.Number("bits_set", (ulong)filter.BitsSet);
                return true;
            default:
                return false;
        }
    }

    private static bool WriteTimeSeries(TimeSeriesSubkeyKind kind, ReadOnlySpan<byte> value, IPartWriter to)
    {
        switch (kind)
        {
            case TimeSeriesSubkeyKind.Chunk when TimeSeriesChunk.TryRead(value, out TimeSeriesChunk chunk):
                to.Samples(chunk);
                return true;
            case TimeSeriesSubkeyKind.Rule when TimeSeriesRule.Read(value) is { } rule:
                to.Text("aggregator", rule.AggregatorName);
                to.Number("bucket_ms", rule.BucketMilliseconds);
                to.Number("alignment_ms", rule.AlignmentMilliseconds);
                to.Number("latest_bucket_ms", rule.LatestBucketMilliseconds);
                return true;
            default:
                return false;
        }
    }
}
