namespace WalParser.Kvrocks.Resp;

/// <summary>
/// Thrown when a server cannot be reached or refuses to serve, or when the connection is lost. The message names the server and contains
/// advice. An error that a server returns for a single command is a reply and is not thrown.
/// </summary>
public sealed class RedisException : IOException
{
    /// <summary>Creates an exception of the given kind.</summary>
    public RedisException(RedisErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>Creates an exception with the given message.</summary>
    public RedisException(string message)
        : base(message)
    {
    }

    /// <summary>Creates an exception with the given message and cause.</summary>
    public RedisException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates an exception with the default message.</summary>
    public RedisException()
    {
    }

    /// <summary>The kind of the error.</summary>
    public RedisErrorKind Kind { get; }
}
