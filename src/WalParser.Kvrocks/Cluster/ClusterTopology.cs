using System.Globalization;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Cluster;

/// <summary>
/// Which master serves which slot, as a node of the cluster sees it: the reply to <c>CLUSTER SLOTS</c>, which Redis, Valkey, Kvrocks and
/// Garnet know.
/// </summary>
internal sealed class ClusterTopology
{
    /// <summary>The Redis Cluster specification names 1000 nodes as the most that a cluster has.</summary>
    private const int MaxNodes = 2000;

    private readonly ClusterNode?[] _owners = new ClusterNode?[RedisSlot.Count];
    private readonly HashSet<ClusterNode> _nodes = [];

    private ClusterTopology()
    {
    }

    /// <summary>All nodes, masters and replicas.</summary>
    public IReadOnlyCollection<ClusterNode> Nodes => _nodes;

    /// <summary>The nodes that serve slots.</summary>
    public IEnumerable<ClusterNode> Masters => _owners.OfType<ClusterNode>().Distinct();

    /// <summary>Returns the master that serves a slot; null if none does.</summary>
    public ClusterNode? OwnerOf(int slot) => _owners[slot];

    /// <summary>Returns whether the slots have the same masters.</summary>
    public bool HasSameOwners(ClusterTopology other) => _owners.AsSpan().SequenceEqual(other._owners);

    /// <summary>
    /// Returns whether a node moves a slot to another, or receives one. In the reply to <c>CLUSTER NODES</c>, the line of the node itself
    /// then has, after its eight fields and among the ranges of its slots, <c>[93-&gt;-ID]</c> or <c>[93-&lt;-ID]</c>.
    /// </summary>
    public static bool HasMovingSlots(string nodes)
    {
        foreach (ReadOnlySpan<char> line in nodes.AsSpan().EnumerateLines())
        {
            if (line.Contains("myself", StringComparison.Ordinal) && line.Contains(" [", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a reply to <c>CLUSTER SLOTS</c>.</summary>
    /// <param name="reply">The reply. It is not trusted.</param>
    /// <param name="asked">The node that sent it. It may leave out its own host.</param>
    /// <param name="fault">Why the reply cannot be used; empty if it can.</param>
    /// <returns>Null if the reply cannot be used.</returns>
    public static ClusterTopology? Parse(in RespValue reply, ClusterNode asked, out string fault)
    {
        var topology = new ClusterTopology();
        fault = reply.IsError ? reply.Words
            : reply.Kind != RespKind.Array ? $"CLUSTER SLOTS was answered with '{reply}'"
            : reply.Items.Length > RedisSlot.Count ? "the cluster has more ranges of slots than slots"
            : "";
        foreach (RespValue range in reply.Items.Span)
        {
            if (fault.Length > 0)
            {
                break;
            }

            fault = topology.Add(range.Items.Span, asked) ?? "";
        }

        return fault.Length == 0 ? topology : null;
    }

    private string? Add(ReadOnlySpan<RespValue> range, ClusterNode asked)
    {
        if (range.Length < 3
            || range[0] is not { Kind: RespKind.Integer, Integer: >= 0 and < RedisSlot.Count }
            || range[1] is not { Kind: RespKind.Integer, Integer: >= 0 and < RedisSlot.Count }
            || range[0].Integer > range[1].Integer)
        {
            return "a range of slots has no valid bounds or no node";
        }

        for (int i = 2; i < range.Length; i++)
        {
            if (NodeOf(range[i].Items.Span, asked) is not { } node)
            {
                // The host of a node whose address is not known is '?': its slots count as not served.
                continue;
            }

            if (_nodes.Add(node) && _nodes.Count > MaxNodes)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the cluster has more than {MaxNodes} nodes");
            }

            if (i > 2)
            {
                continue;
            }

            for (long slot = range[0].Integer; slot <= range[1].Integer; slot++)
            {
                if (_owners[slot] is not null)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"slot {slot} has two masters");
                }

                _owners[slot] = node;
            }
        }

        return null;
    }

    private static ClusterNode? NodeOf(ReadOnlySpan<RespValue> node, ClusterNode asked)
    {
        if (node.Length < 2 || node[1] is not { Kind: RespKind.Integer, Integer: > 0 and <= ushort.MaxValue })
        {
            return null;
        }

        string host = node[0].IsNull || node[0].Bytes.IsEmpty ? asked.Host : node[0].Text;
        return ClusterNode.IsHost(host) ? new ClusterNode(host, (int)node[1].Integer) : null;
    }
}
