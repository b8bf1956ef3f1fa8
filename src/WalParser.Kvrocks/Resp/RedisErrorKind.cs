namespace WalParser.Kvrocks.Resp;

/// <summary>What went wrong between this program and a Redis or Kvrocks server.</summary>
public enum RedisErrorKind
{
    /// <summary>Nothing answers at that host and port.</summary>
    Unreachable,

    /// <summary>TLS could not be agreed on, or the server's certificate is not trusted.</summary>
    Tls,

    /// <summary>The server wants a user or password that it was not given, or refuses the one it was given.</summary>
    Authentication,

    /// <summary>The server has no database of that number.</summary>
    Database,

    /// <summary>The server refuses to serve for a reason of its own, such as loading its data.</summary>
    Refused,

    /// <summary>The connection ended while it was in use. Commands without a reply may or may not have been carried out.</summary>
    ConnectionLost,

    /// <summary>What came is not the protocol that Redis speaks, or is larger than a reply may be.</summary>
    Protocol,
}
