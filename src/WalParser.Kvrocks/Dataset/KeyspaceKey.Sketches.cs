using System.Buffers.Binary;
using WalParser.Kvrocks.Coding;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;

namespace WalParser.Kvrocks.Dataset;

/// <content>The content of Bloom filters and t-digests.</content>
public sealed partial class KeyspaceKey
{
    /// <summary>
    /// Returns the stored filters of a chain of Bloom filters by their index, each for <see cref="BloomFilter.TryRead"/>.
    /// </summary>
    public IEnumerable<KeyValuePair<int, ReadOnlyMemory<byte>>> BloomFilters()
    {
        if (!Metadata.TryReadBloomFilter(out BloomFilterMetadata chain))
        {
            yield break;
        }

        foreach ((byte[] subkey, byte[] value) in Sorted())
        {
            if (subkey.Length == sizeof(ushort)
                && BinaryPrimitives.ReadUInt16BigEndian(subkey) is var index
                && index < chain.Filters
                && BloomFilter.TryRead(value, out _))
            {
                yield return KeyValuePair.Create((int)index, (ReadOnlyMemory<byte>)value);
            }
        }
    }

    /// <summary>Returns the answer of BF.EXISTS: whether an item may have been added to a chain of Bloom filters.</summary>
    /// <param name="item">The item.</param>
    /// <returns>
    /// True if it was added, or is a false positive; false if it was not added; null if the key is not a Bloom filter, or if the known
    /// filters do not contain the item and the others are not in these logs.
    /// </returns>
    public bool? BloomMayContain(ReadOnlySpan<byte> item)
    {
        foreach ((_, ReadOnlyMemory<byte> value) in BloomFilters())
        {
            if (BloomFilter.TryRead(value.Span, out BloomFilter filter) && filter.MayContain(item))
            {
                return true;
            }
        }

        return Type == KvrocksType.BloomFilter && IsComplete ? false : null;
    }

    /// <summary>
    /// Returns the probability that <see cref="BloomMayContain"/> returns true for an item that was not added, calculated from the bits
    /// that are set; null if the key is not a Bloom filter.
    /// </summary>
    public double? BloomFalsePositiveRate()
    {
        double allNegative = 1;
        foreach ((_, ReadOnlyMemory<byte> value) in BloomFilters())
        {
            allNegative *= 1 - (BloomFilter.TryRead(value.Span, out BloomFilter filter) ? filter.FalsePositiveRate : 0);
        }

        return Type == KvrocksType.BloomFilter ? 1 - allNegative : null;
    }

    /// <summary>Returns a t-digest with its centroids and its buffer; null for other types.</summary>
    public TDigest? ToTDigest()
    {
        if (!Metadata.TryReadTDigest(out TDigestMetadata digest))
        {
            return null;
        }

        List<TDigestCentroid> centroids = [];
        double[] buffer = [];
        foreach ((byte[] subkey, byte[] value) in Sorted())
        {
            if (!TDigestSubkey.TryRead(subkey, out TDigestSubkey name, out _))
            {
                continue;
            }

            if (name.IsBuffer)
            {
                buffer = ReadBuffer(value, digest.UnmergedNodes);
            }
            else if (value.Length >= sizeof(ulong))
            {
                centroids.Add(new TDigestCentroid(name.Mean, SortableDouble.Decode(BinaryPrimitives.ReadUInt64BigEndian(value))));
            }
        }

        return new TDigest(digest.Compression, centroids, buffer, digest.Minimum, digest.Maximum);
    }

    /// <summary>Returns the values of a buffer that the metadata counts, as a server reads it.</summary>
    private static double[] ReadBuffer(byte[] stored, ulong count)
    {
        var buffer = new TDigestBuffer(stored);
        double[] values = new double[(int)Math.Min(count, (ulong)buffer.Count)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = buffer[i];
        }

        return values;
    }

    /// <summary>Returns whether the parts that the metadata of a sketch or a time series counts are known.</summary>
    private bool HasCountedParts()
    {
        KvrocksMetadata metadata = Metadata;
        if (metadata.TryReadBloomFilter(out BloomFilterMetadata chain))
        {
            return BloomFilters().Count() >= chain.Filters;
        }

        if (metadata.TryReadTDigest(out TDigestMetadata digest))
        {
            TDigest known = ToTDigest()!;
            return (ulong)known.Centroids.Count >= digest.MergedNodes && (ulong)known.Buffer.Count >= digest.UnmergedNodes;
        }

        return metadata.Type != KvrocksType.TimeSeries || (ulong)TimeSeriesChunks().LongCount() >= metadata.Size;
    }
}
