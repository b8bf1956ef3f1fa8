namespace WalParser.Kvrocks.Keys;

/// <summary>Kvrocks's column families. The numbers are the ids in a database that Kvrocks itself created.</summary>
public enum KvrocksColumnFamily
{
    /// <summary>A column family that Kvrocks does not use.</summary>
    Other = -1,

    /// <summary><c>default</c>: the elements (subkeys) of all types that have elements, except streams.</summary>
    Default = 0,

    /// <summary><c>metadata</c>: one record for each key, with its type and expiry, and the value of strings and JSON documents.</summary>
    Metadata = 1,

    /// <summary><c>zset_score</c>: a second copy of the members of sorted sets, in the order of their scores.</summary>
    ZSetScore = 2,

    /// <summary><c>pubsub</c>: published messages, which replicas receive through the log.</summary>
    PubSub = 3,

    /// <summary><c>propagate</c>: scripts, and the settings of namespaces and of the cluster.</summary>
    Propagate = 4,

    /// <summary><c>stream</c>: the entries and consumer groups of streams.</summary>
    Stream = 5,

    /// <summary><c>search</c>: search indexes.</summary>
    Search = 6,

    /// <summary><c>index</c>: the label index of time series.</summary>
    Index = 7,
}
