namespace WalParser.Kvrocks.Keys;

/// <summary>What a column family holds. The numbers are the ids that a database has which Kvrocks created itself.</summary>
public enum KvrocksColumnFamily
{
    /// <summary>A column family that is none of Kvrocks's.</summary>
    Other = -1,

    /// <summary><c>default</c>: the elements (subkeys) of every type that has any, but for streams.</summary>
    Default = 0,

    /// <summary><c>metadata</c>: a record for each key, with its type and expiry; for strings and JSON also the value.</summary>
    Metadata = 1,

    /// <summary><c>zset_score</c>: the members of sorted sets again, in the order of their scores.</summary>
    ZSetScore = 2,

    /// <summary><c>pubsub</c>: published messages, on their way to replicas.</summary>
    PubSub = 3,

    /// <summary><c>propagate</c>: scripts, and settings of namespaces and of the cluster.</summary>
    Propagate = 4,

    /// <summary><c>stream</c>: the entries and consumer groups of streams.</summary>
    Stream = 5,

    /// <summary><c>search</c>: search indexes.</summary>
    Search = 6,

    /// <summary><c>index</c>: the label index of time series.</summary>
    Index = 7,
}
