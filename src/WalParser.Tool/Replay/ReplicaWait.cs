using System.Globalization;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.Output;

namespace WalParser.Tool.Replay;

/// <summary>
/// Waits at the end of a replay until replicas have received what was sent. A master confirms what its replicas do not have yet, so that a
/// failover afterwards loses it.
/// </summary>
internal static class ReplicaWait
{
    /// <summary>Waits; returns the exit code.</summary>
    public static async Task<int> RunAsync(ToolConsole console, Replayer replayer, int count)
    {
        RespValue[] replies;
        try
        {
            replies = await replayer.WaitForReplicasAsync(count);
        }
        catch (RedisException exception)
        {
            console.Say($"it is not known whether replicas have received what was sent: {exception.Message}");
            return ExitCode.Failure;
        }

        foreach (RespValue reply in replies.Where(reply => reply.Kind != RespKind.Integer))
        {
            console.Say($"it is not known whether replicas have received what was sent: WAIT was answered with '{reply}'");
            return ExitCode.Damage;
        }

        long least = replies.Select(reply => reply.Integer).DefaultIfEmpty(count).Min();
        if (least >= count)
        {
            return ExitCode.Clean;
        }

        console.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"only {least} of {count} {(count == 1 ? "replica" : "replicas")}{(replies.Length > 1 ? " of a master" : "")} confirmed in time "
                + $"that they have received everything that was sent: a failover to another one loses the rest. When the replicas follow "
                + $"their master, 'walparser compare' shows whether all is there"));
        return ExitCode.Damage;
    }
}
