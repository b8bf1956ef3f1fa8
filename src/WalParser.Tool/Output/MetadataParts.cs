using WalParser.Kvrocks.Metadata;

namespace WalParser.Tool.Output;

/// <summary>Writes the parts of the metadata of a key that follow its type, version and size.</summary>
internal static class MetadataParts
{
    public static void Write(KvrocksMetadata metadata, IPartWriter to)
    {
        if (metadata.TryReadList(out ListMetadata list))
        {
            to.Number("head", list.Head);
            to.Number("tail", list.Tail);
        }
        else if (metadata.TryReadHash(out HashMetadata hash) && hash.HasFieldExpiration)
        {
            to.Number("persistent_fields", hash.PersistentFields);
            to.Number("lower_expire_at_ms", hash.LowerExpiryMilliseconds);
            to.Number("upper_expire_at_ms", hash.UpperExpiryMilliseconds);
        }
        else if (metadata.TryReadStream(out StreamMetadata stream))
        {
            to.Text("last_generated_id", stream.LastGeneratedId.ToString());
            to.Text("max_deleted_id", stream.MaxDeletedId.ToString());
            to.Number("entries_added", stream.EntriesAdded);
            to.Number("groups", stream.Groups);
        }
        else
        {
            WriteSketch(metadata, to);
        }
    }

    /// <summary>Writes the parts of a time series, a t-digest or a filter; nothing for other types.</summary>
    public static void WriteSketch(KvrocksMetadata metadata, IPartWriter to)
    {
        if (metadata.TryReadTimeSeries(out TimeSeriesMetadata series))
        {
            to.Number("retention_ms", series.RetentionMilliseconds);
            to.Number("chunk_size", series.ChunkSize);
            to.Text("chunk_type", series.ChunkTypeName);
            to.Text("duplicate_policy", series.DuplicatePolicyName);
            if (!series.SourceKey.IsEmpty)
            {
                to.Bytes("source_key", series.SourceKey);
            }
        }
        else if (metadata.TryReadTDigest(out TDigestMetadata digest))
        {
            to.Number("compression", (ulong)digest.Compression);
            to.Number("capacity", (ulong)digest.Capacity);
            to.Number("merged_nodes", digest.MergedNodes);
            to.Number("unmerged_nodes", digest.UnmergedNodes);
            to.Number("merged_weight", digest.MergedWeight);
            to.Number("total_weight", digest.TotalWeight);
            to.Number("observations", digest.Observations);
            to.Number("merges", digest.Merges);
        }
        else if (metadata.TryReadBloomFilter(out BloomFilterMetadata bloom))
        {
            to.Number("filters", (ulong)bloom.Filters);
            to.Number("expansion", (ulong)bloom.Expansion);
            to.Number("capacity", (ulong)bloom.BaseCapacity);
            to.Number("error_rate", bloom.ErrorRate);
        }
        else if (metadata.TryReadCuckooFilter(out CuckooFilterMetadata cuckoo))
        {
            to.Number("filters", (ulong)cuckoo.Filters);
            to.Number("expansion", (ulong)cuckoo.Expansion);
            to.Number("capacity", cuckoo.BaseCapacity);
            to.Number("bucket_size", (ulong)cuckoo.BucketSize);
            to.Number("max_iterations", (ulong)cuckoo.MaxIterations);
            to.Number("deleted", cuckoo.Deleted);
            to.Number("page_size", (ulong)cuckoo.PageSize);
        }
    }
}
