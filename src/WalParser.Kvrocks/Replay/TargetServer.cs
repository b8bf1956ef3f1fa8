namespace WalParser.Kvrocks.Replay;

/// <summary>The programs that understand the commands of Redis, as far as a replay must tell them apart or name them.</summary>
internal enum TargetServer
{
    /// <summary>A program that does not say what it is, or one that is not in this list.</summary>
    Unknown,

    /// <summary>Redis.</summary>
    Redis,

    /// <summary>Apache Kvrocks.</summary>
    Kvrocks,

    /// <summary>Valkey.</summary>
    Valkey,

    /// <summary>Microsoft Garnet.</summary>
    Garnet,

    /// <summary>Dragonfly.</summary>
    Dragonfly,
}
