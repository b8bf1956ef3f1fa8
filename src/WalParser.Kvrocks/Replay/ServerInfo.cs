namespace WalParser.Kvrocks.Replay;

/// <summary>The reply to INFO: lines <c>name:value</c>. The first line of a name counts.</summary>
internal sealed class ServerInfo
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    public ServerInfo(string text)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int colon = line.IndexOf(':');
            if (colon > 0 && line[0] != '#')
            {
                _values.TryAdd(line[..colon].ToString(), line[(colon + 1)..].Trim().ToString());
            }
        }
    }

    public string? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>
    /// The program and its version. Programs that imitate Redis also send <c>redis_version</c>, so their own lines come first.
    /// </summary>
    public (TargetServer Server, string? Version) Server =>
        this["kvrocks_version"] is { } kvrocks ? (TargetServer.Kvrocks, kvrocks)
        : this["valkey_version"] is { } valkey ? (TargetServer.Valkey, valkey)
        : this["garnet_version"] is { } garnet ? (TargetServer.Garnet, garnet)
        : this["dragonfly_version"] is { } dragonfly ? (TargetServer.Dragonfly, dragonfly)
        : this["redis_version"] is { } redis && this["version"] is null ? (TargetServer.Redis, redis)
        : this["version"] is { } version ? (TargetServer.Kvrocks, version) // Kvrocks before 2.6 has a line "version" only.
        : (TargetServer.Unknown, null);

    public bool IsCluster => this["cluster_enabled"] == "1" || this["redis_mode"] == "cluster";

    /// <summary>The policy by which keys are deleted when the memory is full; null if none are.</summary>
    public string? EvictionPolicy =>
        this["maxmemory"] is { } limit && limit != "0" && this["maxmemory_policy"] is { Length: > 0 } policy && policy != "noeviction"
            ? policy
            : null;
}
