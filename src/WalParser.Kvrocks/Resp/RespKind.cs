namespace WalParser.Kvrocks.Resp;

/// <summary>What a reply is. RESP2 has the first six; the others come from servers that were asked for RESP3.</summary>
internal enum RespKind
{
    /// <summary>No value: RESP2's bulk string or array of length −1, RESP3's <c>_</c>.</summary>
    Null,

    /// <summary><c>+</c>: a line of text.</summary>
    SimpleString,

    /// <summary><c>-</c> and <c>!</c>: an error, its first word being its code.</summary>
    Error,

    /// <summary><c>:</c>: a signed 64-bit number.</summary>
    Integer,

    /// <summary><c>$</c>: bytes.</summary>
    BulkString,

    /// <summary><c>*</c>: replies in order.</summary>
    Array,

    /// <summary><c>,</c>: a floating-point number, kept as its text.</summary>
    Double,

    /// <summary><c>#</c>: 1 for true, 0 for false.</summary>
    Boolean,

    /// <summary><c>(</c>: a number of any size, kept as its text.</summary>
    BigNumber,

    /// <summary><c>=</c>: text with a format of three characters and a colon before it, which is not kept.</summary>
    VerbatimString,

    /// <summary><c>%</c>: keys and values by turns.</summary>
    Map,

    /// <summary><c>~</c>: replies without an order.</summary>
    Set,

    /// <summary><c>&gt;</c>: something the server says unasked; it answers no command.</summary>
    Push,

    /// <summary><c>|</c>: keys and values about the reply that follows; never handed out.</summary>
    Attribute,
}
