namespace WalParser.Kvrocks.Resp;

/// <summary>The kinds of replies. RESP2 has the first six; the others are sent by servers that were asked for RESP3.</summary>
internal enum RespKind
{
    /// <summary>No value: RESP2's bulk string or array of length −1, RESP3's <c>_</c>.</summary>
    Null,

    /// <summary><c>+</c>: a line of text.</summary>
    SimpleString,

    /// <summary><c>-</c> and <c>!</c>: an error, whose first word is its code.</summary>
    Error,

    /// <summary><c>:</c>: a signed 64-bit number.</summary>
    Integer,

    /// <summary><c>$</c>: bytes.</summary>
    BulkString,

    /// <summary><c>*</c>: replies in order.</summary>
    Array,

    /// <summary><c>,</c>: a floating-point number, stored as text.</summary>
    Double,

    /// <summary><c>#</c>: 1 for true, 0 for false.</summary>
    Boolean,

    /// <summary><c>(</c>: a number of any size, stored as text.</summary>
    BigNumber,

    /// <summary><c>=</c>: text after a format of three characters and a colon, which are not stored.</summary>
    VerbatimString,

    /// <summary><c>%</c>: alternating keys and values.</summary>
    Map,

    /// <summary><c>~</c>: replies without an order.</summary>
    Set,

    /// <summary><c>&gt;</c>: a message that is not the reply to a command.</summary>
    Push,

    /// <summary><c>|</c>: keys and values that describe the following reply; they are skipped.</summary>
    Attribute,
}
