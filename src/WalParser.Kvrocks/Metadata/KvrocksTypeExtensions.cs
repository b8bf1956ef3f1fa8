using System.Globalization;

namespace WalParser.Kvrocks.Metadata;

/// <summary>Properties of the types of keys.</summary>
public static class KvrocksTypeExtensions
{
    private static readonly string[] Names =
    [
        "none", "string", "hash", "list", "set", "zset", "bitmap", "sortedint", "stream", "MBbloom--", "ReJSON-RL", "hyperloglog",
        "TDIS-TYPE", "timeseries", "topk",
    ];

    extension(KvrocksType type)
    {
        /// <summary>
        /// The name that Kvrocks's TYPE command returns, or for example <c>type 15</c> if this library has no name for it.
        /// </summary>
        public string Name =>
            (int)type < Names.Length ? Names[(int)type] : string.Create(CultureInfo.InvariantCulture, $"type {(int)type}");

        /// <summary>Whether the metadata contains the value. Such keys have no version, no size and no elements.</summary>
        public bool IsSingleValue => type is KvrocksType.String or KvrocksType.Json;

        /// <summary>
        /// Whether a key of this type may be empty. A key of any other type with size 0 does not exist (Kvrocks,
        /// <c>Metadata::IsEmptyableType</c>).
        /// </summary>
        public bool MayBeEmpty => type is
            KvrocksType.String
            or KvrocksType.Json
            or KvrocksType.Stream
            or KvrocksType.BloomFilter
            or KvrocksType.HyperLogLog
            or KvrocksType.TDigest
            or KvrocksType.TimeSeries;
    }
}
