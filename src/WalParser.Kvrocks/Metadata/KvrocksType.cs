using System.Diagnostics.CodeAnalysis;

namespace WalParser.Kvrocks.Metadata;

/// <summary>
/// The types of keys. The numbers are those that Kvrocks stores. A number without a name is a type that is newer than this library; the
/// key, expiry, version and size of such a type are read nevertheless.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are those of Redis's types.")]
public enum KvrocksType : byte
{
    /// <summary>No type; in log data, a command that applies to any type.</summary>
    None = 0,

    /// <summary>A string. A string that SETBIT turned into a bitmap is still stored as a string.</summary>
    String = 1,

    /// <summary>A hash.</summary>
    Hash = 2,

    /// <summary>A list.</summary>
    List = 3,

    /// <summary>A set.</summary>
    Set = 4,

    /// <summary>A sorted set. Geo keys are sorted sets.</summary>
    ZSet = 5,

    /// <summary>A bitmap, stored in fragments.</summary>
    Bitmap = 6,

    /// <summary>A sorted set of integers. Redis does not have this type.</summary>
    SortedInt = 7,

    /// <summary>A stream.</summary>
    Stream = 8,

    /// <summary>A chain of Bloom filters.</summary>
    BloomFilter = 9,

    /// <summary>A JSON document.</summary>
    Json = 10,

    /// <summary>A HyperLogLog.</summary>
    HyperLogLog = 11,

    /// <summary>A t-digest.</summary>
    TDigest = 12,

    /// <summary>A time series.</summary>
    TimeSeries = 13,

    /// <summary>A cuckoo filter.</summary>
    CuckooFilter = 14,
}
