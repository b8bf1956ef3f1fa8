namespace WalParser.Kvrocks.Resp;

/// <summary>
/// The kinds of replies of RESP2. Those of RESP3 are sent only to clients that ask for it by HELLO 3, which none here does.
/// </summary>
internal enum RespKind
{
    /// <summary>No value: a bulk string or an array of length −1.</summary>
    Null,

    /// <summary><c>+</c>: a line of text.</summary>
    SimpleString,

    /// <summary><c>-</c>: an error, whose first word is its code.</summary>
    Error,

    /// <summary><c>:</c>: a signed 64-bit number.</summary>
    Integer,

    /// <summary><c>$</c>: bytes.</summary>
    BulkString,

    /// <summary><c>*</c>: replies in order.</summary>
    Array,
}
