using System.Diagnostics;
using System.Globalization;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Sends to the masters of a cluster, each transaction to the master of its slot. Several slots are served at once, but a slot has at most
/// one transaction without a reply, so that no node can carry out a later one without the earlier one.
/// <para>
/// A transaction that was not carried out, because the slot has another master, is being moved or has none at the moment, is sent again.
/// If the master has changed, or a connection was lost, the checkpoint of the slot shows whether it was carried out: it is set in the same
/// transaction. If the new master does not have what the old one confirmed, the replay ends; the next one brings the keys to their state.
/// </para>
/// </summary>
internal sealed partial class ClusterSender : IReplaySender
{
    private const string RunAgain = "Run the same command again: it brings the keys of this slot to their state and continues.";

    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(500);

    private readonly ClusterConnections _connections;
    private readonly ClusterCheckpoints _checkpoints;
    private readonly TimeSpan _patience;
    private readonly int _window;
    private readonly Queue<SlotTransaction> _inFlight = [];
    private RedisException? _failure;

    /// <summary>Creates a sender.</summary>
    /// <param name="connections">The connections.</param>
    /// <param name="checkpoints">The checkpoints of the slots.</param>
    /// <param name="patience">The time for which a slot may be moved, or be without a master.</param>
    /// <param name="window">The greatest number of transactions without a reply.</param>
    public ClusterSender(ClusterConnections connections, ClusterCheckpoints checkpoints, TimeSpan patience, int window)
    {
        _connections = connections;
        _checkpoints = checkpoints;
        _patience = patience;
        _window = window;
    }

    /// <summary>The checkpoints of the slots.</summary>
    public ClusterCheckpoints Checkpoints => _checkpoints;

    public async ValueTask SendAsync(ReplayUnit unit, IReadOnlyList<RedisCommand> commands)
    {
        ThrowIfFailed();
        int slot = commands.Select(CommandSlot.Of).First(found => found is not null)!.Value;
        SlotProgress progress = _checkpoints.Of(slot);
        var transaction = new SlotTransaction(progress, unit, commands);
        bool isSafe;
        try
        {
            while (_inFlight.TryPeek(out SlotTransaction? first) && (first.IsAnswered || _inFlight.Count >= _window))
            {
                await SettleFirstAsync().ConfigureAwait(false);
            }

            if (progress.Pending is { } earlier)
            {
                await SettleAsync(earlier).ConfigureAwait(false);
            }

            isSafe = await EnsureUnchangedAsync(progress, pending: null).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            transaction.Fail(exception);
            throw;
        }

        progress.IsUsed = true;
        progress.Pending = transaction;
        _inFlight.Enqueue(transaction);
        if (isSafe)
        {
            await transaction.SendAsync(_connections).ConfigureAwait(false);
        }
    }

    public async Task SettleAsync()
    {
        ThrowIfFailed();
        while (_inFlight.Count > 0)
        {
            await SettleFirstAsync().ConfigureAwait(false);
        }
    }

    public Task<RespValue[]> AskAsync(IReadOnlyList<RedisCommand> commands) => AskAsync(commands, (_, _) => { });

    /// <summary>Checks, after the last transaction, that the masters have the checkpoints that were confirmed.</summary>
    /// <exception cref="RedisException">A master has lost one: another node has become the master without it.</exception>
    public async Task VerifyAsync()
    {
        await SettleAsync().ConfigureAwait(false);
        await _connections.RefreshAsync(null).ConfigureAwait(false);
        List<SlotProgress> used = [.. _checkpoints.All.Where(progress => progress.IsUsed)];
        var connections = new RedisConnection[used.Count];
        RespValue[] replies = await AskAsync(
            [.. used.Select(progress => _checkpoints.Get(progress.Slot))], (i, connection) => connections[i] = connection)
            .ConfigureAwait(false);
        for (int i = 0; i < replies.Length; i++)
        {
            ulong? found = _checkpoints.Read(used[i].Slot, replies[i])?.Executed;
            if (found != used[i].Executed)
            {
                throw Fail(LostWrites(used[i], found));
            }

            if (used[i].HasUnmarked && !ReferenceEquals(connections[i], used[i].Connection))
            {
                throw Fail(NewMaster(used[i]));
            }
        }
    }

    public async Task<RespValue[]> WaitForReplicasAsync(int count, TimeSpan limit)
    {
        IEnumerable<RedisConnection> used =
            _checkpoints.All.Where(progress => progress.IsUsed).Select(progress => progress.Connection).OfType<RedisConnection>();
        return await Task.WhenAll(
            used.Distinct().Select(connection => connection.ExecuteAsync(ServerSender.WaitFor(count, limit)))).ConfigureAwait(false);
    }

    public void Abort() => _connections.Abort();

    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private async Task SettleFirstAsync()
    {
        // A transaction that was settled because its slot was needed is still in the queue.
        SlotTransaction first = _inFlight.Peek();
        if (ReferenceEquals(first.Progress.Pending, first))
        {
            await SettleAsync(first).ConfigureAwait(false);
        }

        _inFlight.Dequeue();
    }

    private async Task SettleAsync(SlotTransaction transaction)
    {
        long begin = Stopwatch.GetTimestamp();
        ulong? pending = null;
        for (int attempt = 0; ; attempt++)
        {
            ClusterAnswer answer = await transaction.AnswerAsync(_connections).ConfigureAwait(false);
            if (answer.Kind == ClusterAnswerKind.Final)
            {
                transaction.Progress.Pending = null;
                return;
            }

            await WaitAsync(begin, attempt, transaction.Progress.Slot, answer).ConfigureAwait(false);
            pending = answer.Kind == ClusterAnswerKind.Lost ? transaction.Checkpoint?.Executed : pending;
            transaction.Forget();
            if (await EnsureUnchangedAsync(transaction.Progress, pending).ConfigureAwait(false))
            {
                pending = null;
                await transaction.SendAsync(_connections).ConfigureAwait(false);
            }
        }
    }

    /// <summary>
    /// Requires, before something is sent to a slot over another connection than before, that the master behind it has what was confirmed.
    /// </summary>
    /// <param name="progress">The slot.</param>
    /// <param name="pending">The last number of a batch of which it is not known whether it was executed; null if there is none.</param>
    /// <returns>False if that is not known, because no master can be reached; nothing must be sent then.</returns>
    /// <exception cref="RedisException">The master has less, or it has that batch, whose replies are lost.</exception>
    private async ValueTask<bool> EnsureUnchangedAsync(SlotProgress progress, ulong? pending)
    {
        while (pending is not null || progress.Connection is not null)
        {
            try
            {
                (_, RedisConnection open) = await _connections.OfSlotAsync(progress.Slot).ConfigureAwait(false);
                if (pending is null && ReferenceEquals(open, progress.Connection))
                {
                    return true;
                }
            }
            catch (RedisException)
            {
                return false;
            }

            if (progress.HasUnmarked)
            {
                throw Fail(NewMaster(progress));
            }

            RedisConnection? answered = null;
            RespValue[] replies = await AskAsync([_checkpoints.Get(progress.Slot)], (_, connection) => answered = connection)
                .ConfigureAwait(false);
            ulong? found = _checkpoints.Read(progress.Slot, replies[0])?.Executed;
            if (found is not null && found == pending)
            {
                throw Fail(new RedisException(RedisErrorKind.ConnectionLost, string.Create(
                    CultureInfo.InvariantCulture,
                    $"The connection to the master of slot {progress.Slot} was lost after it executed the batch up to {found}, before its "
                        + $"replies arrived. {RunAgain}")));
            }

            if (found != progress.Executed)
            {
                throw Fail(LostWrites(progress, found));
            }

            (progress.Connection, pending) = (answered, null);
        }

        return true;
    }

    /// <summary>Waits before commands are sent again, and asks the cluster anew which master serves which slot.</summary>
    private async Task WaitAsync(long begin, int attempt, int slot, ClusterAnswer trouble)
    {
        if (_connections.IsAborted || Stopwatch.GetElapsedTime(begin) > _patience)
        {
            string words = trouble.Words.TrimEnd('.');
            throw Fail(new RedisException(
                trouble.Kind == ClusterAnswerKind.NotNow ? RedisErrorKind.Refused : RedisErrorKind.ConnectionLost,
                _connections.IsAborted
                    ? "The wait for replies of the cluster was interrupted."
                    : string.Create(
                        CultureInfo.InvariantCulture,
                        $"The cluster has not served slot {slot} for {_patience.TotalSeconds:0.###} s: {words}. See to it that every slot "
                            + $"has a master and that no slot is left half moved (redis-cli --cluster check). Then run the same command "
                            + $"again.")));
        }

        if (attempt > 0 || trouble.Kind != ClusterAnswerKind.Moved)
        {
            double wait = Math.Min(LongestWait.TotalMilliseconds, 10 * Math.Pow(2, Math.Min(attempt, 10)));
            await Task.Delay(TimeSpan.FromMilliseconds(wait)).ConfigureAwait(false);
        }

        try
        {
            await _connections.RefreshAsync(trouble.Kind == ClusterAnswerKind.Moved ? trouble.Target : null).ConfigureAwait(false);
        }
        catch (RedisException)
        {
            // The next attempt fails for the same reason, until the time is over.
        }
    }

    private static RedisException LostWrites(SlotProgress progress, ulong? found) =>
        new(RedisErrorKind.ConnectionLost, string.Create(
            CultureInfo.InvariantCulture,
            $"The master of slot {progress.Slot} has the batches up to {found ?? 0}, but the one before it confirmed them up to "
                + $"{progress.Executed ?? 0}: what it had not yet replicated is lost, or another program sets the checkpoint. {RunAgain}"));

    private static RedisException NewMaster(SlotProgress progress) =>
        new(RedisErrorKind.ConnectionLost, string.Create(
            CultureInfo.InvariantCulture,
            $"Slot {progress.Slot} has got another master, or another connection to it, while its keys were brought to their state or to "
                + $"their expiry: it is not known whether the master has all of that. {RunAgain}"));

    private RedisException Fail(RedisException exception)
    {
        _failure ??= exception;
        foreach (SlotTransaction transaction in _inFlight)
        {
            transaction.Fail(exception);
        }

        return exception;
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
        {
            throw new RedisException(failure.Kind, failure.Message, failure);
        }
    }
}
