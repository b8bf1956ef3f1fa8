namespace WalParser.Kvrocks.Commands;

/// <summary>Which server the commands are for.</summary>
public enum CommandTarget
{
    /// <summary>
    /// Redis 7.0 or newer, or what understands its commands. JSON needs Redis 8 or a module (JSON.SET), the expiry of a hash's fields Redis 7.4 (HPEXPIREAT).
    /// </summary>
    Redis,

    /// <summary>Kvrocks: sortedints and bitmaps stay what they are.</summary>
    Kvrocks,
}
