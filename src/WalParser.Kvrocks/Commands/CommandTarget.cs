namespace WalParser.Kvrocks.Commands;

/// <summary>The kind of server that commands are for.</summary>
public enum CommandTarget
{
    /// <summary>
    /// Redis 7.0 or newer, or a server that understands its commands. JSON needs Redis 8 or a module (JSON.SET); the expiry of fields of a
    /// hash needs Redis 7.4 (HPEXPIREAT).
    /// </summary>
    Redis,

    /// <summary>
    /// Kvrocks: all keys keep their types. Bloom filters with items and t-digests whose buffer was merged are not converted, because no
    /// command creates what they contain.
    /// </summary>
    Kvrocks,
}
