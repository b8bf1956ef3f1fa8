using System.Diagnostics;
using System.Globalization;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Processes;

namespace WalParser.TestSupport.Redis;

/// <summary>
/// A real Redis Cluster on loopback: three masters that share the slots, each with a replica. As a class fixture it starts before the first
/// test of the class and ends after the last; each test begins with <see cref="RedisServer.SkipIfAbsent"/>. A busy machine does not let
/// replicas take the place of masters: they do so on command only.
/// </summary>
public sealed class RedisCluster : IAsyncLifetime
{
    private const int MasterCount = 3;
    private const string Replicator = "replicator";

    /// <summary>Only a cluster that does not come together needs so long, also on a busy machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly List<RedisServer> _servers = [];
    private readonly Dictionary<int, RedisConnection> _connections = [];
    private readonly Dictionary<int, string> _ids = [];

    /// <summary>The ports of all nodes.</summary>
    public IReadOnlyList<int> Ports => [.. _servers.Select(server => server.Port)];

    internal RedisEndpoint Endpoint(int node = 0) => _servers[node].Endpoint();

    public async Task InitializeAsync()
    {
        if (!SystemProgram.IsInstalled("redis-server"))
        {
            return;
        }

        for (int i = 0; i < 2 * MasterCount; i++)
        {
            RedisServer server = await RedisServer.StartAsync(
                "--cluster-enabled", "yes", "--cluster-config-file", "nodes-{port}.conf", "--cluster-port", "{bus}",
                "--cluster-node-timeout", "5000", "--cluster-replica-no-failover", "yes", "--cluster-require-full-coverage", "no",
                "--repl-diskless-sync-delay", "0");
            _servers.Add(server);
            RedisConnection connection = await server.ConnectAsync();
            _connections.Add(server.Port, connection);
            _ids.Add(server.Port, (await connection.AskAsync("CLUSTER", "MYID")).Text);
            await connection.AskAsync("ACL", "SETUSER", Replicator, "on", ">" + Replicator, "+@all");
            await connection.AskAsync("CONFIG", "SET", "masteruser", Replicator, "masterauth", Replicator);
            await connection.AskAsync("CLUSTER", "SET-CONFIG-EPOCH", Text(i + 1));
            if (i < MasterCount)
            {
                int first = i * RedisSlot.Count / MasterCount;
                int last = ((i + 1) * RedisSlot.Count / MasterCount) - 1;
                await connection.AskAsync("CLUSTER", "ADDSLOTSRANGE", Text(first), Text(last));
            }
        }

        foreach (RedisServer other in _servers.Skip(1))
        {
            await Node(_servers[0].Port).AskAsync("CLUSTER", "MEET", "127.0.0.1", Text(other.Port), Text(other.BusPort));
        }

        await WaitUntilAsync(async port => (await Node(port).AskAsync("CLUSTER", "NODES")).Text.Split('\n').Count(
            line => line.Contains(" connected", StringComparison.Ordinal)) == _servers.Count);
        for (int i = 0; i < MasterCount; i++)
        {
            await Node(Ports[MasterCount + i]).AskAsync("CLUSTER", "REPLICATE", _ids[Ports[i]]);
        }

        await WaitUntilHealthyAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (RedisConnection connection in _connections.Values)
        {
            await connection.DisposeAsync();
        }

        foreach (RedisServer server in _servers)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Waits until all nodes agree on the master of each slot, and every replica follows its master.</summary>
    public Task WaitUntilHealthyAsync() => WaitUntilAsync(async port =>
    {
        string info = (await Node(port).AskAsync("CLUSTER", "INFO")).Text;
        string replication = (await Node(port).AskAsync("INFO", "replication")).Text;
        return info.Contains("cluster_state:ok", StringComparison.Ordinal)
            && info.Contains("cluster_slots_ok:16384", StringComparison.Ordinal)
            && (replication.Contains("role:master", StringComparison.Ordinal)
                || replication.Contains("master_link_status:up", StringComparison.Ordinal))
            && (await MastersAsync(port)).Count == MasterCount
            && OwnersIn(await TopologyAsync(port)).SequenceEqual(OwnersIn(await TopologyAsync(Ports[0])));
    });

    /// <summary>Returns the ports of the masters, as a node sees them.</summary>
    public async Task<IReadOnlyList<int>> MastersAsync(int? seenBy = null) =>
        [.. (await TopologyAsync(seenBy ?? Ports[0])).Masters.Select(node => node.Port)];

    /// <summary>Deletes all keys.</summary>
    public async Task FlushAsync()
    {
        foreach (int port in await MastersAsync())
        {
            await Node(port).AskAsync("FLUSHALL");
        }
    }

    /// <summary>Returns all keys of all masters.</summary>
    internal async Task<IReadOnlyList<KeyState>> StateAsync()
    {
        List<KeyState> states = [];
        foreach (int port in await MastersAsync())
        {
            states.AddRange(await RedisState.ReadAsync(Node(port)));
        }

        return states;
    }

    /// <summary>The connection of the tests to a node.</summary>
    internal RedisConnection Node(int port) => _connections[port];

    /// <summary>Returns the connection of the tests to the master of a slot.</summary>
    internal async Task<RedisConnection> MasterOfAsync(int slot) => Node((await TopologyAsync(Ports[0])).OwnerOf(slot)!.Port);

    /// <summary>Begins to move a slot to another master. Returns what ends it; the keys are moved then.</summary>
    public async Task<Func<Task>> BeginMoveAsync(int slot, int to)
    {
        int from = (await TopologyAsync(Ports[0])).OwnerOf(slot)!.Port;
        if (from == to)
        {
            return () => Task.CompletedTask;
        }

        await Node(to).AskAsync("CLUSTER", "SETSLOT", Text(slot), "IMPORTING", _ids[from]);
        await Node(from).AskAsync("CLUSTER", "SETSLOT", Text(slot), "MIGRATING", _ids[to]);
        await MoveKeysAsync(1);
        return async () =>
        {
            await MoveKeysAsync(int.MaxValue);
            foreach (int port in new[] { to, from }.Concat((await MastersAsync()).Except([to, from])))
            {
                await Node(port).AskAsync("CLUSTER", "SETSLOT", Text(slot), "NODE", _ids[to]);
            }
        };

        async Task MoveKeysAsync(int rounds)
        {
            for (int i = 0; i < rounds; i++)
            {
                RespValue keys = await Node(from).AskAsync("CLUSTER", "GETKEYSINSLOT", Text(slot), "1");
                if (keys.Items.IsEmpty)
                {
                    return;
                }

                object[] key = [keys.Items.Span[0].Bytes.ToArray()];
                await Node(from).AskAsync(["MIGRATE", "127.0.0.1", Text(to), "", "0", "20000", "KEYS", .. key]);
            }
        }
    }

    /// <summary>
    /// Makes a replica the master of its master's slots, and that one its replica. If it takes over, it does not wait for the writes that
    /// it has not received, and they are lost.
    /// </summary>
    public async Task FailOverAsync(int replica, bool takesOver)
    {
        RespValue reply = await Node(replica).ExecuteAsync(
            RedisCommands.Command(takesOver ? ["CLUSTER", "FAILOVER", "TAKEOVER"] : ["CLUSTER", "FAILOVER"]));
        if (reply.IsError)
        {
            return;
        }

        // A master that is too busy to answer its replica remains the master.
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(10); await Task.Delay(20))
        {
            if ((await Node(replica).AskAsync("INFO", "replication")).Text.Contains("role:master", StringComparison.Ordinal))
            {
                return;
            }
        }
    }

    /// <summary>Stops or allows that the replica of a master receives what is written there.</summary>
    public async Task SetReplicationAsync(int master, bool isOn)
    {
        await Node(master).AskAsync("ACL", "SETUSER", Replicator, isOn ? "on" : "off");
        await Node(master).AskAsync("CLIENT", "KILL", "TYPE", "replica");
    }

    /// <summary>Returns the port of the replica of a master.</summary>
    public async Task<int> ReplicaOfAsync(int master)
    {
        foreach (int port in await ReplicasAsync())
        {
            string replication = (await Node(port).AskAsync("INFO", "replication")).Text;
            if (replication.Contains($"master_port:{Text(master)}\r", StringComparison.Ordinal))
            {
                return port;
            }
        }

        throw new InvalidOperationException("The master has no replica.");
    }

    /// <summary>Returns the ports of the replicas.</summary>
    public async Task<IReadOnlyList<int>> ReplicasAsync() => [.. Ports.Except(await MastersAsync())];

    private async Task<ClusterTopology> TopologyAsync(int port)
    {
        RespValue slots = await Node(port).AskAsync("CLUSTER", "SLOTS");
        return ClusterTopology.Parse(slots, new ClusterNode("127.0.0.1", port), out string fault)
            ?? throw new InvalidOperationException(fault);
    }

    private static IEnumerable<ClusterNode?> OwnersIn(ClusterTopology topology) =>
        Enumerable.Range(0, RedisSlot.Count).Select(topology.OwnerOf);

    private async Task WaitUntilAsync(Func<int, Task<bool>> isReached)
    {
        var waited = Stopwatch.StartNew();
        foreach (int port in Ports)
        {
            while (!await isReached(port))
            {
                if (waited.Elapsed > Patience)
                {
                    string nodes = (await Node(port).AskAsync("CLUSTER", "NODES")).Text;
                    throw new TimeoutException("The cluster does not come together:\n" + nodes);
                }

                await Task.Delay(20);
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
