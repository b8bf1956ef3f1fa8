namespace WalParser.Kvrocks.Resp;

/// <summary>The kinds of errors in the communication with a Redis or Kvrocks server.</summary>
public enum RedisErrorKind
{
    /// <summary>No server answers at the host and port.</summary>
    Unreachable,

    /// <summary>The TLS handshake failed, or the certificate of the server is not trusted.</summary>
    Tls,

    /// <summary>The server requires a user or password that the address does not contain, or rejects those that it contains.</summary>
    Authentication,

    /// <summary>The server has no database with the number.</summary>
    Database,

    /// <summary>The server refuses to serve, for example because a script is running.</summary>
    Refused,

    /// <summary>The connection was lost while it was in use. The server may or may not have executed commands without a reply.</summary>
    ConnectionLost,

    /// <summary>The received bytes do not follow the Redis protocol, or a reply exceeds the size limits.</summary>
    Protocol,

    /// <summary>The server is loading its data into memory, and will serve when it has finished.</summary>
    Loading,
}
