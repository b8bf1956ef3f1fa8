namespace WalParser.Kvrocks.LogRecords;

/// <summary>The commands that log data identifies by number (Kvrocks, <c>RedisCommand</c>).</summary>
public enum KvrocksCommand
{
    /// <summary>LSET; argument: index.</summary>
    LSet = 0,

    /// <summary>LINSERT; arguments: 1 for before or 0 for after, pivot, element.</summary>
    LInsert = 1,

    /// <summary>LTRIM; arguments: start, stop.</summary>
    LTrim = 2,

    /// <summary>LPOP.</summary>
    LPop = 3,

    /// <summary>RPOP.</summary>
    RPop = 4,

    /// <summary>LREM; arguments: count, element.</summary>
    LRem = 5,

    /// <summary>LPUSH.</summary>
    LPush = 6,

    /// <summary>RPUSH.</summary>
    RPush = 7,

    /// <summary>EXPIRE and related commands.</summary>
    Expire = 8,

    /// <summary>SETBIT; argument: offset.</summary>
    SetBit = 9,

    /// <summary>BITOP; arguments: operation, sources.</summary>
    BitOp = 10,

    /// <summary>BITFIELD; arguments: those of the command.</summary>
    BitField = 11,

    /// <summary>LMOVE; arguments: source, destination, the end to pop from, the end to push to.</summary>
    LMove = 12,
}
