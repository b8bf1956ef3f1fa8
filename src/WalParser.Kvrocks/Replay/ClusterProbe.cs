using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Looks at every master of a cluster before the first write, and describes them together.</summary>
internal sealed class ClusterProbe(TargetProbe probe, ClusterConnections nodes, RedisEndpoint endpoint)
{
    /// <summary>A slot of each master.</summary>
    private int[] Slots =>
    [
        .. Enumerable.Range(0, RedisSlot.Count)
            .Where(slot => nodes.Topology.OwnerOf(slot) is not null)
            .DistinctBy(nodes.Topology.OwnerOf),
    ];

    /// <summary>Looks at the masters.</summary>
    /// <exception cref="RedisException">One cannot be reached or cannot be written, or no master serves a slot.</exception>
    public async Task<TargetDescription> LookAsync(CancellationToken cancellationToken)
    {
        RequireMasters();
        Checkpoint? checkpoint = await ReadCheckpointsAsync(cancellationToken).ConfigureAwait(false);
        List<TargetDescription> masters = [];
        foreach (int slot in Slots)
        {
            TargetProbe one = probe with
            {
                CheckpointKey = null,
                CountsKeys = probe.CountsKeys && checkpoint is null,
                TrialKey = SlotTags.KeyIn(slot, Argument.Of($"walparser:trial:{Guid.NewGuid():N}")),
            };
            masters.Add(await one.LookAsync(AddressOf(slot), cancellationToken).ConfigureAwait(false));
        }

        Dictionary<string, string> refused = new(StringComparer.Ordinal);
        foreach ((string command, string message) in masters.SelectMany(master => master.Refused))
        {
            refused.TryAdd(command, message);
        }

        return masters[0] with
        {
            Endpoint = endpoint,
            IsCluster = true,
            Databases = [.. masters.SelectMany(master => master.Databases).GroupBy(database => database.Number).Select(Sum)],
            HasCheckpoint = checkpoint is not null,
            CheckpointSequence = checkpoint?.Confirmed,
            Refused = refused,
            IsTried = masters.TrueForAll(master => master.IsTried),
            EvictionPolicy = masters.Select(master => master.EvictionPolicy).FirstOrDefault(policy => policy is not null),
        };
    }

    /// <summary>Deletes all keys of the masters.</summary>
    /// <exception cref="RedisException">One refused it.</exception>
    public async Task EmptyAsync(CancellationToken cancellationToken)
    {
        RequireMasters();
        foreach (int slot in Slots)
        {
            TargetProbe one = probe with { TrialKey = SlotTags.KeyIn(slot, default) };
            await one.EmptyAsync(AddressOf(slot), [0], cancellationToken).ConfigureAwait(false);
        }
    }

    private void RequireMasters()
    {
        int[] orphans = [.. Enumerable.Range(0, RedisSlot.Count).Where(slot => nodes.Topology.OwnerOf(slot) is null)];
        if (orphans.Length > 0)
        {
            string others = orphans.Length > 1 ? $" and {orphans.Length - 1} more" : "";
            throw new RedisException(
                RedisErrorKind.Refused,
                $"No master of the cluster of {endpoint} serves slot {orphans[0]}{others}. "
                    + "Nothing was sent. Give every slot a master (redis-cli --cluster check).");
        }
    }

    private async Task<Checkpoint?> ReadCheckpointsAsync(CancellationToken cancellationToken)
    {
        if (probe.CheckpointKey is not { } name)
        {
            return null;
        }

        var checkpoints = new ClusterCheckpoints(name);
        var sender = new ClusterSender(nodes, checkpoints, probe.Timeout, window: 1);
        return await checkpoints.ReadAllAsync(sender, cancellationToken).ConfigureAwait(false);
    }

    private RedisEndpoint AddressOf(int slot) =>
        nodes.Topology.OwnerOf(slot) is { } node ? endpoint.At(node.Host, node.Port) : endpoint;

    private static TargetDatabase Sum(IEnumerable<TargetDatabase> parts)
    {
        List<TargetDatabase> all = [.. parts];
        return new TargetDatabase(
            all[0].Number,
            all.TrueForAll(part => part.IsEmpty),
            all.TrueForAll(part => part.KeyCount is not null) ? all.Sum(part => part.KeyCount) : null);
    }
}
