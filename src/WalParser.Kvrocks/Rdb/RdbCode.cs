namespace WalParser.Kvrocks.Rdb;

/// <summary>The first byte of what an RDB file consists of: a key of a type, or another instruction (Redis, <c>src/rdb.h</c>).</summary>
internal static class RdbCode
{
    /// <summary>A string.</summary>
    public const byte String = 0;

    /// <summary>A set: the members.</summary>
    public const byte Set = 2;

    /// <summary>A hash: fields and values.</summary>
    public const byte Hash = 4;

    /// <summary>A sorted set: members, and scores as doubles of 8 bytes. Since version 8.</summary>
    public const byte ZSet2 = 5;

    /// <summary>A list: nodes, each a listpack or one element. Since version 10.</summary>
    public const byte ListQuicklist2 = 18;

    /// <summary>A stream, with the counters of Redis 7.0. Since version 10.</summary>
    public const byte StreamListpacks2 = 19;

    /// <summary>A stream, also with the active times of consumers. Since version 11.</summary>
    public const byte StreamListpacks3 = 21;

    /// <summary>
    /// A hash whose fields can expire: the least expiry, and then expiries relative to it, fields and values. Since version 12.
    /// </summary>
    public const byte HashMetadata = 24;

    /// <summary>A property of the file: a name and a value.</summary>
    public const byte Aux = 250;

    /// <summary>The numbers of keys, and of keys that expire, in the database: a hint.</summary>
    public const byte ResizeDatabase = 251;

    /// <summary>The expiry of the next key, in milliseconds.</summary>
    public const byte ExpireTimeMilliseconds = 252;

    /// <summary>The database of the keys that follow.</summary>
    public const byte SelectDatabase = 254;

    /// <summary>The end; the checksum follows.</summary>
    public const byte End = 255;
}
