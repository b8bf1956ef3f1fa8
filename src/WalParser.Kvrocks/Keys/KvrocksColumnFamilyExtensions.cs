namespace WalParser.Kvrocks.Keys;

/// <summary>What follows from a column family.</summary>
internal static class KvrocksColumnFamilyExtensions
{
    extension(KvrocksColumnFamily family)
    {
        /// <summary>Whether the stored keys are those of elements, for <see cref="SubkeyKey"/>.</summary>
        public bool HasElements => family is KvrocksColumnFamily.Default or KvrocksColumnFamily.ZSetScore or KvrocksColumnFamily.Stream;

        /// <summary>Whether the stored keys belong to keys of the dataset: <see cref="MetadataKey"/> reads the beginning of each.</summary>
        public bool HasKeys => family == KvrocksColumnFamily.Metadata || family.HasElements;
    }
}
