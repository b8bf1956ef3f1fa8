using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Opens the connection of a replay.</summary>
internal static class ReplayConnection
{
    /// <summary>The smallest window of the connection, so that a transaction need not wait for its own replies.</summary>
    private const int LeastWindow = 64;

    /// <summary>Connects, and reads the checkpoint unless the options say where to begin.</summary>
    /// <exception cref="RedisException">
    /// The server cannot be reached or refuses to serve, or the checkpoint cannot be read or is that of another database.
    /// </exception>
    public static async Task<(IReplaySender Sender, Checkpoint? Checkpoint)> OpenAsync(
        RedisEndpoint endpoint, ReplayOptions options, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1, nameof(options));
        RedisConnectionOptions connectionOptions = RedisConnectionOptions.Within(options.Timeout) with
        {
            Window = Math.Max(options.Window, LeastWindow),
        };
        RedisConnection connection = await RedisConnection.ConnectAsync(endpoint, connectionOptions, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            if (!options.IsRaw
                && await ClusterConnections.FindAsync(
                    arguments => connection.ExecuteAsync(arguments, cancellationToken),
                    endpoint,
                    connectionOptions,
                    options.RequiresCluster).ConfigureAwait(false) is { } nodes)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                return await OpenClusterAsync(nodes, endpoint, options, cancellationToken).ConfigureAwait(false);
            }

            Checkpoint? checkpoint = options.CheckpointKey is { } key
                ? await ReadCheckpointAsync(connection, endpoint, key, cancellationToken).ConfigureAwait(false)
                : null;
            checkpoint = Continued(checkpoint, endpoint, options);
            if (!options.IsRaw)
            {
                await RequireTransactionsAsync(connection, endpoint, cancellationToken).ConfigureAwait(false);
            }

            return (new ServerSender(connection), checkpoint);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<(IReplaySender Sender, Checkpoint? Checkpoint)> OpenClusterAsync(
        ClusterConnections nodes, RedisEndpoint endpoint, ReplayOptions options, CancellationToken cancellationToken)
    {
        try
        {
            string? fault = options.CheckpointKey is null
                    ? "give a name for its checkpoints (--checkpoint), which alone show what a master had executed when another takes its "
                        + "place"
                : options.DatabaseOf is not null || endpoint.Database != 0 ? "a cluster has only database 0"
                : null;
            if (fault is not null)
            {
                throw new RedisException(RedisErrorKind.Refused, $"{endpoint} is a node of a cluster; nothing was sent: {fault}.");
            }

            foreach (ClusterNode master in nodes.Topology.Masters.ToList())
            {
                RedisConnection connection = await nodes.OpenAsync(master).ConfigureAwait(false);
                await RequireTransactionsAsync(connection, endpoint.At(master.Host, master.Port), cancellationToken).ConfigureAwait(false);
            }

            var checkpoints = new ClusterCheckpoints(options.CheckpointKey!.Value);
            var sender = new ClusterSender(nodes, checkpoints, options.Timeout, options.Window);
            Checkpoint? checkpoint = await sender.ReadCheckpointsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            checkpoint = Continued(checkpoint, endpoint, options);
            if (options.FromSequence is not null)
            {
                checkpoints.Disregard();
            }

            return (sender, checkpoint);
        }
        catch
        {
            await nodes.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<Checkpoint?> ReadCheckpointAsync(
        RedisConnection connection, RedisEndpoint endpoint, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        RespValue reply = await connection.ExecuteAsync(new[] { Argument.Of("GET"), key }, cancellationToken).ConfigureAwait(false);
        if (reply.IsNull)
        {
            return null;
        }

        return reply.Kind == RespKind.BulkString && Checkpoint.TryParse(reply.Text, out Checkpoint checkpoint)
            ? checkpoint
            : throw new RedisException(
                RedisErrorKind.Refused,
                $"The key '{Encoding.UTF8.GetString(key.Span)}' of {endpoint} cannot be read as a checkpoint"
                    + $"{(reply.IsError ? $" ({reply})" : "")}; specify a key that nothing else uses.");
    }

    /// <summary>
    /// Runs an empty transaction. A server that refused MULTI would run the commands of a batch one by one, and a lost connection would
    /// leave a part of a batch of which no checkpoint tells.
    /// </summary>
    private static async Task RequireTransactionsAsync(
        RedisConnection connection, RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        RedisCommand multi = new(0, default, new[] { Argument.Of("MULTI") });
        RespValue begun = await connection.ExecuteAsync(multi.Arguments, cancellationToken).ConfigureAwait(false);
        RespValue ended = await connection.ExecuteAsync(new[] { Argument.Of("EXEC") }, cancellationToken).ConfigureAwait(false);
        string? fault = ExpectedReply.FaultOf(multi, begun)
            ?? (ended.IsError ? ended.Words
                : ended.Kind != RespKind.Array || ended.Items.Length > 0 ? $"the server answered '{ended}' to an empty EXEC"
                : null);
        if (fault is not null)
        {
            throw new RedisException(
                RedisErrorKind.Refused,
                $"{endpoint} does not run a transaction: {fault.TrimEnd('.')}. Nothing was sent. A replay needs MULTI and EXEC.");
        }
    }

    /// <summary>Returns the checkpoint at which the replay goes on; null if it begins where the caller says.</summary>
    /// <exception cref="RedisException">The replay does not continue the checkpoint.</exception>
    private static Checkpoint? Continued(Checkpoint? checkpoint, RedisEndpoint endpoint, ReplayOptions options)
    {
        if (checkpoint is null)
        {
            return null;
        }

        string? ours = Checkpoint.IdOf(options.DatabaseId);
        string? fault =
            checkpoint.First is not null && checkpoint.Database != ours
                ? $"belongs to {DatabaseText(checkpoint.Database)}, but these are logs of {DatabaseText(ours)}. Give the logs of that "
                    + "database, or another key for the checkpoint of these"
                : ReplaySelection.ReasonAgainst(checkpoint, options);
        if (fault is null && options.FromSequence is { } from)
        {
            fault = checkpoint.Confirmed == checkpoint.Executed && from == checkpoint.Executed + 1 ? null : string.Create(
                CultureInfo.InvariantCulture,
                $"says that the server has the batches up to {checkpoint.Confirmed}, and {from} does not continue it. Do not say where to "
                    + $"begin, or give another key for the checkpoint");
        }

        return fault is null
            ? options.FromSequence is null ? checkpoint : null
            : throw new RedisException(
                RedisErrorKind.Refused,
                $"The checkpoint '{Encoding.UTF8.GetString(options.CheckpointKey!.Value.Span)}' of {endpoint} {fault}. Nothing was sent.");

        static string DatabaseText(string? id) => id is null ? "an unknown database" : "the database " + id;
    }
}
