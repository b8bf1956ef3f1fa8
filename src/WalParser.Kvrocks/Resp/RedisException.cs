namespace WalParser.Kvrocks.Resp;

/// <summary>
/// Thrown when a server cannot be reached, will not serve, or is lost. The message says which server and what can be done.
/// An error that a server returns for a single command is a reply, and not thrown.
/// </summary>
public sealed class RedisException : IOException
{
    /// <summary>An exception of that kind.</summary>
    public RedisException(RedisErrorKind kind, string message, Exception? innerException = null)
        : base(message, innerException) => Kind = kind;

    /// <summary>An exception with a message of its own.</summary>
    public RedisException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with a message of its own, caused by another.</summary>
    public RedisException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>An exception that says nothing.</summary>
    public RedisException()
    {
    }

    /// <summary>What went wrong.</summary>
    public RedisErrorKind Kind { get; }
}
