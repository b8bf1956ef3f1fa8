using System.Diagnostics.CodeAnalysis;

namespace WalParser.Kvrocks.Metadata;

/// <summary>
/// The type of a key, by the number that is stored. A number that has no name here is a type newer than this library: its key, expiry, version
/// and size are read all the same.
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The names are those of Redis's types.")]
public enum KvrocksType : byte
{
    /// <summary>No type; in log data, that of commands for any type.</summary>
    None = 0,

    /// <summary>A string. A bitmap that was made from a string by SETBIT stays one.</summary>
    String = 1,

    /// <summary>A hash.</summary>
    Hash = 2,

    /// <summary>A list.</summary>
    List = 3,

    /// <summary>A set.</summary>
    Set = 4,

    /// <summary>A sorted set; geo keys are such.</summary>
    ZSet = 5,

    /// <summary>A bitmap, stored in fragments.</summary>
    Bitmap = 6,

    /// <summary>A sorted set of integers, which Redis does not have.</summary>
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

    /// <summary>A top-k sketch.</summary>
    TopK = 14,
}
