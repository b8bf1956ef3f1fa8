using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>What is known of a server before the first write.</summary>
internal sealed record TargetDescription
{
    /// <summary>The address.</summary>
    public required RedisEndpoint Endpoint { get; init; }

    /// <summary>The program that answers.</summary>
    public TargetServer Server { get; init; }

    /// <summary>The version of the program; null if it does not say.</summary>
    public string? Version { get; init; }

    /// <summary>Whether the server is a node of a cluster.</summary>
    public bool IsCluster { get; init; }

    /// <summary>The databases that would be written; empty if their keys were not counted.</summary>
    public IReadOnlyList<TargetDatabase> Databases { get; init; } = [];

    /// <summary>Whether the checkpoint key exists, so that the replay continues an earlier one.</summary>
    public bool HasCheckpoint { get; init; }

    /// <summary>
    /// The sequence number up to which an earlier replay is complete, according to the checkpoint; null if there is no checkpoint, or if it
    /// does not begin with a number.
    /// </summary>
    public ulong? CheckpointSequence { get; init; }

    /// <summary>
    /// The commands that the server would refuse, and its words. A command that is not in the dictionary is known and permitted, unless
    /// <see cref="IsTried"/> is false.
    /// </summary>
    public IReadOnlyDictionary<string, string> Refused { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether the server let commands be tried without executing them. If not, it is not known what it would refuse.</summary>
    public bool IsTried { get; init; }

    /// <summary>
    /// The <c>maxmemory-policy</c> of a server that deletes keys when its memory is full; null if it does not, or has no limit.
    /// </summary>
    public string? EvictionPolicy { get; init; }

    /// <summary>Returns options without the commands that the server refuses and that others can take the place of.</summary>
    public CommandOptions Avoiding(CommandOptions options) => options with
    {
        WithSetExpiry = !Refused.ContainsKey(TargetTrial.SetExpiry),
        WithCopy = !Refused.ContainsKey("COPY"),
    };

    /// <summary>Whether the server does not know a command at all, whoever sends it.</summary>
    public bool IsUnknown(string command) => Refused.TryGetValue(command, out string? message) && TargetTrial.IsUnknownCommand(message);

    /// <summary>The name and the version of the program, as in "Redis 7.0.15".</summary>
    public string ServerText =>
        Server == TargetServer.Unknown ? "a server that does not say what it is"
        : Version is null ? Server.ToString()
        : $"{Server} {Version}";
}
