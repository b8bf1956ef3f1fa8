using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <content>The list of the keys of all masters.</content>
internal sealed partial class ClusterSource
{
    private const int FewestPasses = 3;

    /// <remarks>
    /// A key that moves from a master that was not listed yet to one that was is not in the list. So the list is begun again if a slot has
    /// got another master meanwhile, or was being moved at the beginning or at the end.
    /// </remarks>
    public async IAsyncEnumerable<RespValue[]> ListAsync(
        int pageSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int pass = 1; ; pass++)
        {
            string? trouble = await UnrestAsync(cancellationToken).ConfigureAwait(false);
            ClusterTopology before = _connections.Topology;
            foreach (ClusterNode master in trouble is null ? before.Masters.ToList() : [])
            {
                var listing = new NodeListing(this, master, pageSize, cancellationToken);
                while (await listing.NextAsync().ConfigureAwait(false) is { } page)
                {
                    yield return page;
                }

                trouble ??= listing.Trouble;
            }

            trouble ??= await UnrestAsync(cancellationToken).ConfigureAwait(false)
                ?? (_connections.Topology.HasSameOwners(before) ? null : "a slot has got another master");
            if (trouble is null)
            {
                yield break;
            }

            if (pass >= FewestPasses && Stopwatch.GetElapsedTime(begin) > Patience)
            {
                throw new RedisException(
                    RedisErrorKind.Refused,
                    $"The keys of the cluster of {_endpoint} could not be listed in {pass} attempts: {trouble.TrimEnd('.')}. See to it that "
                        + "no slot moves meanwhile and that none is left half moved (redis-cli --cluster check).");
            }

            await Task.Delay(LongestWait, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks anew which master serves which slot. Returns why the cluster is not at rest; null if it is.</summary>
    private async Task<string?> UnrestAsync(CancellationToken cancellationToken)
    {
        List<ClusterNode> masters = [];
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _connections.RefreshAsync(null).WaitAsync(cancellationToken).ConfigureAwait(false);
            masters = [.. _connections.Topology.Masters];
        }
        catch (RedisException exception)
        {
            return exception.Message;
        }
        finally
        {
            _gate.Release();
        }

        foreach (ClusterNode master in masters)
        {
            Attempt told = await SendToAsync(master, [Word("CLUSTER"), Word("NODES")], cancellationToken).ConfigureAwait(false);
            if (told.Connection is null)
            {
                return told.Answer.Words;
            }

            if (told.Reply.IsError)
            {
                throw new RedisException(
                    RedisErrorKind.Refused,
                    $"{master} refused CLUSTER NODES: {told.Reply.Text.TrimEnd('.')}. Without it, it is not known whether slots move, so that "
                        + "keys could be missing from the list. Permit the user to send it.");
            }

            if (ClusterTopology.HasMovingSlots(told.Reply.Text))
            {
                return $"a slot of {master} is being moved";
            }
        }

        return null;
    }

    private Task<Attempt> SendToAsync(ClusterNode node, ReadOnlyMemory<byte>[] command, CancellationToken cancellationToken) =>
        SendAsync(async () => (node, await _connections.OpenAsync(node).ConfigureAwait(false)), isAsking: false, command, cancellationToken);

    private static ReadOnlyMemory<byte> Word(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>The list of the keys of one node, whatever slots it serves.</summary>
    private sealed class NodeListing
    {
        private readonly ReadServer _server;
        private readonly int _pageSize;
        private ScanCursor _cursor = ScanCursor.Start;
        private bool _hasEnded;

        public NodeListing(ClusterSource source, ClusterNode node, int pageSize, CancellationToken cancellationToken)
        {
            _server = new ReadServer(AskAsync, source._endpoint.At(node.Host, node.Port), cancellationToken);
            _pageSize = pageSize;

            async Task<(RespValue Reply, RedisConnection Connection)> AskAsync(
                ReadOnlyMemory<byte>[] command, CancellationToken cancellationToken)
            {
                Attempt told = await source.SendToAsync(node, command, cancellationToken).ConfigureAwait(false);
                return told.Connection is { } connection
                    ? (told.Reply, connection)
                    : throw new RedisException(RedisErrorKind.ConnectionLost, told.Answer.Words);
            }
        }

        /// <summary>Why the list ended before its end; null if it did not.</summary>
        public string? Trouble { get; private set; }

        /// <summary>Returns the next page; null at the end.</summary>
        public async Task<RespValue[]?> NextAsync()
        {
            if (_hasEnded)
            {
                return null;
            }

            try
            {
                (_cursor, RespValue[] page) =
                    await _server.ScanAsync(_cursor, "SCAN", _cursor.Bytes, "COUNT", _pageSize).ConfigureAwait(false);
                _hasEnded = _cursor.IsEnd;
                return page;
            }
            catch (RedisException exception) when (exception.Kind == RedisErrorKind.ConnectionLost)
            {
                Trouble = exception.Message;
            }
            catch (KeyMovedException)
            {
                Trouble = "a connection was lost";
            }

            return null;
        }
    }
}
