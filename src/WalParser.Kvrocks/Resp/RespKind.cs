namespace WalParser.Kvrocks.Resp;

/// <summary>
/// The kinds of replies of RESP2, and the two of RESP3 that Kvrocks also sends to clients that did not ask for RESP3: the values in
/// replies to TS.RANGE, TS.MRANGE and TS.GET, and the null in a reply to TS.INFO.
/// </summary>
internal enum RespKind
{
    /// <summary>No value: a bulk string or an array of length −1, or <c>_</c>.</summary>
    Null,

    /// <summary><c>+</c>: a line of text.</summary>
    SimpleString,

    /// <summary><c>-</c>: an error, whose first word is its code.</summary>
    Error,

    /// <summary><c>:</c>: a signed 64-bit number.</summary>
    Integer,

    /// <summary><c>,</c>: the text of a floating-point number.</summary>
    Double,

    /// <summary><c>$</c>: bytes.</summary>
    BulkString,

    /// <summary><c>*</c>: replies in order.</summary>
    Array,
}
