using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Cluster;

/// <summary>
/// The connections to the masters of a cluster, each opened when it is needed first, with the user, the password and the TLS of the first
/// endpoint. Not thread-safe, except for <see cref="Abort"/>.
/// </summary>
internal sealed class ClusterConnections : IAsyncDisposable
{
    private readonly RedisEndpoint _seed;
    private readonly ClusterNode _first;
    private readonly RedisConnectionOptions _options;
    private readonly Dictionary<ClusterNode, RedisConnection> _open = [];

    /// <summary>The ids that nodes gave to the last connections (<c>CLIENT ID</c>).</summary>
    private readonly Dictionary<ClusterNode, long> _ids = [];

    private ClusterConnections(RedisEndpoint seed, RedisConnectionOptions options, ClusterTopology topology)
    {
        _seed = seed;
        _first = new ClusterNode(seed.Host, seed.Port);
        _options = options;
        Topology = topology;
    }

    /// <summary>Which master serves which slot, as far as is known.</summary>
    public ClusterTopology Topology { get; private set; }

    /// <summary>
    /// Whether a node is kept from carrying out what it received over an earlier connection (CLIENT KILL). Commands that only read do not
    /// need that.
    /// </summary>
    public bool IsFenced { get; init; } = true;

    /// <summary>Whether the replay was aborted.</summary>
    public bool IsAborted { get; private set; }

    /// <summary>Asks a server whether it is a node of a cluster. Returns null if it is not.</summary>
    /// <param name="ask">Sends a command to the server, and returns the reply.</param>
    /// <param name="seed">The address of the server.</param>
    /// <param name="options">The options of the connections to the other nodes.</param>
    /// <param name="refuse">Whether a server that is not one is an error.</param>
    /// <param name="isFenced">See <see cref="IsFenced"/>.</param>
    /// <exception cref="RedisException">It is one, but its view of the cluster cannot be used, or it must be one and is not.</exception>
    public static async Task<ClusterConnections?> FindAsync(
        Func<ReadOnlyMemory<byte>[], Task<RespValue>> ask, RedisEndpoint seed, RedisConnectionOptions options, bool refuse,
        bool isFenced = true)
    {
        RespValue reply = await ask(Slots).ConfigureAwait(false);
        if (reply.Kind != RespKind.Array && !refuse)
        {
            return null;
        }

        ClusterTopology topology = ClusterTopology.Parse(reply, new ClusterNode(seed.Host, seed.Port), out string fault)
            ?? throw new RedisException(
                RedisErrorKind.Refused,
                reply.Kind != RespKind.Array
                    ? $"{seed} is not a node of a Redis cluster: {fault.TrimEnd('.')}. Nothing was sent. For one server, leave out "
                        + "--cluster."
                    : $"{seed} does not describe its cluster: {fault}. Nothing was sent.");
        return new ClusterConnections(seed, options, topology) { IsFenced = isFenced };
    }

    /// <summary>Returns the connection to the master of a slot, which is opened if it is not yet.</summary>
    /// <exception cref="RedisException">No master serves the slot, or it cannot be reached.</exception>
    public async ValueTask<(ClusterNode Node, RedisConnection Connection)> OfSlotAsync(int slot) =>
        Topology.OwnerOf(slot) is { } owner
            ? (owner, await OpenAsync(owner).ConfigureAwait(false))
            : throw new RedisException(RedisErrorKind.Unreachable, $"No master of the cluster serves slot {slot}.");

    /// <summary>Returns the connection to a node, which is opened if it is not yet.</summary>
    /// <exception cref="RedisException">The node cannot be reached.</exception>
    public async ValueTask<RedisConnection> OpenAsync(ClusterNode node)
    {
        if (IsAborted)
        {
            throw new RedisException(RedisErrorKind.ConnectionLost, "The wait for replies of the cluster was interrupted.");
        }

        if (_open.TryGetValue(node, out RedisConnection? connection))
        {
            return connection;
        }

        connection = await RedisConnection.ConnectAsync(_seed.At(node.Host, node.Port), _options).ConfigureAwait(false);
        lock (_open)
        {
            _open.Add(node, connection);
        }

        if (IsAborted)
        {
            connection.Abort();
        }

        try
        {
            await (IsFenced ? FenceAsync(node, connection) : Task.CompletedTask).ConfigureAwait(false);
        }
        catch (RedisException)
        {
            await CloseAsync(node, connection).ConfigureAwait(false);
            throw;
        }

        return connection;
    }

    /// <summary>Closes a connection after it was lost. The next command for its node opens another.</summary>
    public async ValueTask CloseAsync(ClusterNode node, RedisConnection lost)
    {
        if (_open.TryGetValue(node, out RedisConnection? open) && ReferenceEquals(open, lost))
        {
            lock (_open)
            {
                _open.Remove(node);
            }
        }

        await lost.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Asks the nodes anew which master serves which slot, until one answers.</summary>
    /// <param name="preferred">The node that is asked first; null for any.</param>
    /// <exception cref="RedisException">No node answers.</exception>
    public async Task RefreshAsync(ClusterNode? preferred)
    {
        List<ClusterNode> nodes = preferred is null ? [] : [preferred];
        nodes.AddRange(_open.Keys);
        nodes.AddRange(Topology.Nodes);
        nodes.Add(_first);
        RedisException? last = null;
        foreach (ClusterNode node in nodes.Distinct())
        {
            RedisConnection? connection = null;
            try
            {
                connection = await OpenAsync(node).ConfigureAwait(false);
                RespValue reply = await connection.ExecuteAsync(Slots).ConfigureAwait(false);
                if (ClusterTopology.Parse(reply, node, out string fault) is { } topology)
                {
                    Topology = topology;
                    return;
                }

                last = new RedisException(RedisErrorKind.Refused, $"{node} does not describe its cluster: {fault}.");
            }
            catch (RedisException exception)
            {
                last = exception;
                if (connection is not null)
                {
                    await CloseAsync(node, connection).ConfigureAwait(false);
                }
            }
        }

        throw new RedisException(last!.Kind, $"No node of the cluster answers. The last one: {last.Message}", last);
    }

    /// <summary>Ends every wait for a reply. May be called at any time.</summary>
    public void Abort()
    {
        IsAborted = true;
        lock (_open)
        {
            foreach (RedisConnection connection in _open.Values)
            {
                connection.Abort();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (RedisConnection connection in _open.Values)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task FenceAsync(ClusterNode node, RedisConnection connection)
    {
        // What the node has received over an earlier connection and not carried out yet, it must not carry out any more: the same commands
        // are sent again. A server without these commands answers with an error, which is no reason to stop.
        if (_ids.TryGetValue(node, out long earlier))
        {
            await connection.ExecuteAsync(new[] { Argument.Of("CLIENT"), Argument.Of("KILL"), Argument.Of("ID"), Argument.Of(earlier) })
                .ConfigureAwait(false);
        }

        RespValue id = await connection.ExecuteAsync(new[] { Argument.Of("CLIENT"), Argument.Of("ID") }).ConfigureAwait(false);
        if (id.Kind == RespKind.Integer)
        {
            _ids[node] = id.Integer;
        }
    }

    private static ReadOnlyMemory<byte>[] Slots => [Argument.Of("CLUSTER"), Argument.Of("SLOTS")];
}
