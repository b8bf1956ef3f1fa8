using System.Diagnostics;
using System.Globalization;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Comparison;

/// <summary>
/// The masters of a cluster. A command is sent to the master of its slot, also while slots move and replicas take the place of masters; a
/// command that a node did not carry out is sent again.
/// </summary>
internal sealed partial class ClusterSource : IReadSource
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Guards the connections, and keeps ASKING and the command after it together.</summary>
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ClusterConnections _connections;
    private readonly RedisEndpoint _endpoint;

    /// <summary>Creates a source.</summary>
    /// <param name="connections">The connections, which the source owns.</param>
    /// <param name="endpoint">The address of the node that was asked for its cluster.</param>
    public ClusterSource(ClusterConnections connections, RedisEndpoint endpoint)
    {
        _connections = connections;
        _endpoint = endpoint;
    }

    /// <summary>The time for which a slot may be without a master, or the masters may change while their keys are listed.</summary>
    public TimeSpan Patience { get; init; } = RedisConnectionOptions.Default.ReplyTimeout;

    public async Task<(RespValue Reply, RedisConnection Connection)> AskAsync(
        ReadOnlyMemory<byte>[] command, CancellationToken cancellationToken)
    {
        int? slot = CommandSlot.Of(command);
        long? troubleBegan = null;
        for (int attempt = 0; ; attempt++)
        {
            Attempt outcome = await TryAskAsync(slot, command, cancellationToken).ConfigureAwait(false);
            if (outcome.Answer.Kind == ClusterAnswerKind.Final)
            {
                return (outcome.Reply, outcome.Connection!);
            }

            troubleBegan ??= Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(troubleBegan.Value) > Patience)
            {
                throw new RedisException(RedisErrorKind.Unreachable, string.Create(
                    CultureInfo.InvariantCulture,
                    $"The cluster of {_endpoint} has not served {(slot is null ? "TIME" : $"slot {slot}")} for {Patience.TotalSeconds:0.###} s: "
                        + $"{outcome.Answer.Words.TrimEnd('.')}. See to it that every slot has a master and that no slot is left half moved "
                        + $"(redis-cli --cluster check)."));
            }

            await RefreshAsync(outcome, attempt, cancellationToken).ConfigureAwait(false);
        }
    }

    public bool IsCheckpoint(ReadOnlyMemory<byte> name, ReadOnlyMemory<byte> key) =>
        key.Span.StartsWith(name.Span) && SlotTags.KeyIn(RedisSlot.Of(key.Span), name).Span.SequenceEqual(key.Span);

    public async ValueTask DisposeAsync()
    {
        await _connections.DisposeAsync().ConfigureAwait(false);
        _gate.Dispose();
    }

    private async Task<Attempt> TryAskAsync(int? slot, ReadOnlyMemory<byte>[] command, CancellationToken cancellationToken)
    {
        Attempt attempt = await SendAsync(
            () => slot is { } known ? _connections.OfSlotAsync(known) : OfAnyAsync(), isAsking: false, command, cancellationToken)
            .ConfigureAwait(false);
        return attempt.Answer is { Kind: ClusterAnswerKind.NotNow, Target: { } other }
            ? await SendAsync(
                async () => (other, await _connections.OpenAsync(other).ConfigureAwait(false)), isAsking: true, command, cancellationToken)
                .ConfigureAwait(false)
            : attempt;
    }

    private async Task<Attempt> SendAsync(
        Func<ValueTask<(ClusterNode Node, RedisConnection Connection)>> open,
        bool isAsking,
        ReadOnlyMemory<byte>[] command,
        CancellationToken cancellationToken)
    {
        ClusterTopology topology = _connections.Topology;
        ClusterNode? node = null;
        RedisConnection? connection = null;
        try
        {
            Task<RespValue> sent;
            await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                topology = _connections.Topology;
                (node, connection) = await open().ConfigureAwait(false);
                if (isAsking)
                {
                    await connection.SendAsync(new ReadOnlyMemory<byte>[] { "ASKING"u8.ToArray() }, cancellationToken)
                        .ConfigureAwait(false);
                }

                sent = await connection.SendAsync(command, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                _gate.Release();
            }

            RespValue reply = await sent.WaitAsync(cancellationToken).ConfigureAwait(false);
            return new Attempt(ClusterAnswer.Of(reply, node), reply, connection, topology);
        }
        catch (RedisException exception)
        {
            if (connection is not null)
            {
                await CloseAsync(node!, connection).ConfigureAwait(false);
            }

            return new Attempt(new ClusterAnswer(ClusterAnswerKind.Lost, exception.Message), default, null, topology);
        }
    }

    private async ValueTask<(ClusterNode Node, RedisConnection Connection)> OfAnyAsync()
    {
        ClusterNode node = _connections.Topology.Masters.FirstOrDefault()
            ?? throw new RedisException(RedisErrorKind.Unreachable, "No master of the cluster serves any slot.");
        return (node, await _connections.OpenAsync(node).ConfigureAwait(false));
    }

    private async Task CloseAsync(ClusterNode node, RedisConnection connection)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await _connections.CloseAsync(node, connection).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Waits before a command is sent again, and asks the cluster anew which master serves which slot.</summary>
    private async Task RefreshAsync(Attempt failed, int attempt, CancellationToken cancellationToken)
    {
        bool isMoved = failed.Answer.Kind == ClusterAnswerKind.Moved;
        if (attempt > 0 || !isMoved)
        {
            double wait = Math.Min(LongestWait.TotalMilliseconds, 10 * Math.Pow(2, Math.Min(attempt, 10)));
            await Task.Delay(TimeSpan.FromMilliseconds(wait), cancellationToken).ConfigureAwait(false);
        }

        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Many commands fail for the same reason; the first of them asks.
            if (ReferenceEquals(failed.Topology, _connections.Topology))
            {
                await _connections.RefreshAsync(isMoved ? failed.Answer.Target : null).WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        catch (RedisException)
        {
            // The next attempt fails for the same reason, until the time is over.
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>What an attempt to send a command has brought.</summary>
    private sealed record Attempt(ClusterAnswer Answer, RespValue Reply, RedisConnection? Connection, ClusterTopology Topology);
}
