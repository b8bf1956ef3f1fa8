using System.Diagnostics;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <content>Single commands: questions, which may be sent several times, and checkpoints.</content>
internal sealed partial class ClusterSender
{
    /// <summary>Reads the checkpoints of all slots, and returns what they say together; null if no slot has one.</summary>
    /// <exception cref="RedisException">
    /// A slot is not served, a key is not a checkpoint, or the checkpoints belong to several databases or logs.
    /// </exception>
    public async Task<Checkpoint?> ReadCheckpointsAsync()
    {
        var connections = new RedisConnection[RedisSlot.Count];
        RespValue[] replies = await AskAsync(
            [.. Enumerable.Range(0, RedisSlot.Count).Select(_checkpoints.Get)], (slot, connection) => connections[slot] = connection)
            .ConfigureAwait(false);
        Checkpoint? checkpoint = _checkpoints.TakeAll(replies);
        foreach (SlotProgress progress in _checkpoints.All)
        {
            progress.Connection = connections[progress.Slot];
        }

        return checkpoint;
    }

    /// <summary>Sets checkpoints after everything of their slots has its reply, and returns the replies.</summary>
    /// <exception cref="RedisException">
    /// The cluster does not serve a slot, or it has another master, which may lack what the checkpoint tells.
    /// </exception>
    public async Task<RespValue[]> SetCheckpointsAsync(IReadOnlyList<(SlotProgress Progress, RedisCommand Command)> sets)
    {
        ThrowIfFailed();
        var replies = new RespValue[sets.Count];
        List<int> open = [.. Enumerable.Range(0, sets.Count)];
        long begin = Stopwatch.GetTimestamp();
        for (int attempt = 0; open.Count > 0; attempt++)
        {
            List<(int Index, Task<RespValue> Reply, ClusterNode Node)> sent = [];
            List<int> rest = [];
            ClusterAnswer trouble = new(ClusterAnswerKind.Lost, "its master cannot be reached");
            foreach (int index in open)
            {
                SlotProgress progress = sets[index].Progress;
                if (await EnsureUnchangedAsync(progress, pending: null).ConfigureAwait(false)
                    && await TrySendAsync(progress.Slot, sets[index].Command).ConfigureAwait(false) is { } reply)
                {
                    sent.Add((index, reply, _connections.Topology.OwnerOf(progress.Slot)!));
                }
                else
                {
                    rest.Add(index);
                }
            }

            foreach ((int index, Task<RespValue> reply, ClusterNode node) in sent)
            {
                ClusterAnswer answer = await AnswerAsync(reply, node).ConfigureAwait(false);
                if (answer.Kind == ClusterAnswerKind.Final)
                {
                    replies[index] = await reply.ConfigureAwait(false);
                    continue;
                }

                // A new master would then tell of what it may lack. This one replicates what precedes the checkpoint before the checkpoint.
                if (sets[index].Progress.HasUnmarked)
                {
                    throw Fail(NewMaster(sets[index].Progress));
                }

                rest.Add(index);
                trouble = answer;
            }

            open = rest;
            if (open.Count > 0)
            {
                await WaitAsync(begin, attempt, sets[open[0]].Progress.Slot, trouble).ConfigureAwait(false);
            }
        }

        return replies;
    }

    private async Task<Task<RespValue>?> TrySendAsync(int slot, RedisCommand command)
    {
        try
        {
            (_, RedisConnection connection) = await _connections.OfSlotAsync(slot).ConfigureAwait(false);
            return await connection.SendAsync(command.Arguments).ConfigureAwait(false);
        }
        catch (RedisException)
        {
            return null;
        }
    }

    private static async Task<ClusterAnswer> AnswerAsync(Task<RespValue> reply, ClusterNode node)
    {
        try
        {
            return ClusterAnswer.Of(await reply.ConfigureAwait(false), node);
        }
        catch (RedisException exception)
        {
            return new ClusterAnswer(ClusterAnswerKind.Lost, exception.Message);
        }
    }

    private async Task<RespValue[]> AskAsync(IReadOnlyList<RedisCommand> commands, Action<int, RedisConnection> answered)
    {
        ThrowIfFailed();
        var replies = new RespValue[commands.Count];
        List<int> open = [.. Enumerable.Range(0, commands.Count)];
        long begin = Stopwatch.GetTimestamp();
        for (int attempt = 0; open.Count > 0; attempt++)
        {
            (open, ClusterAnswer trouble) = await TryAskAsync(commands, replies, open, answered).ConfigureAwait(false);
            if (open.Count > 0)
            {
                await WaitAsync(begin, attempt, CommandSlot.Of(commands[open[0]])!.Value, trouble).ConfigureAwait(false);
            }
        }

        return replies;
    }

    /// <summary>Sends the open ones of some commands. Returns those that are still open, and why one is.</summary>
    private async Task<(List<int> Open, ClusterAnswer Trouble)> TryAskAsync(
        IReadOnlyList<RedisCommand> commands, RespValue[] replies, List<int> open, Action<int, RedisConnection> answered)
    {
        List<(int Index, ClusterNode Node, RedisConnection Connection, Task<RespValue> Reply)> sent = [];
        List<int> rest = [];
        ClusterAnswer trouble = default;
        foreach (int index in open)
        {
            try
            {
                (ClusterNode node, RedisConnection connection) =
                    await _connections.OfSlotAsync(CommandSlot.Of(commands[index])!.Value).ConfigureAwait(false);
                sent.Add((index, node, connection, await connection.SendAsync(commands[index].Arguments).ConfigureAwait(false)));
            }
            catch (RedisException exception)
            {
                // The other open commands are likely to fail for the same reason.
                rest.AddRange(open.Skip(open.IndexOf(index)));
                trouble = new ClusterAnswer(ClusterAnswerKind.Moved, exception.Message);
                break;
            }
        }

        foreach ((int index, ClusterNode node, RedisConnection connection, Task<RespValue> reply) in sent)
        {
            ClusterAnswer answer;
            try
            {
                replies[index] = await reply.ConfigureAwait(false);
                answer = ClusterAnswer.Of(replies[index], node);
                if (answer is { Kind: ClusterAnswerKind.NotNow, Target: { } other })
                {
                    (replies[index], answer) = await AskOtherAsync(other, commands[index]).ConfigureAwait(false);
                }
            }
            catch (RedisException exception)
            {
                await _connections.CloseAsync(node, connection).ConfigureAwait(false);
                answer = new ClusterAnswer(ClusterAnswerKind.Lost, exception.Message);
            }

            if (answer.Kind == ClusterAnswerKind.Final)
            {
                answered(index, connection);
            }
            else
            {
                rest.Add(index);
                trouble = answer;
            }
        }

        return (rest, trouble);
    }

    /// <summary>Sends a command to the node that a slot is being moved to, which has the key if it is not at the master any more.</summary>
    private async Task<(RespValue Reply, ClusterAnswer Answer)> AskOtherAsync(ClusterNode node, RedisCommand command)
    {
        RedisConnection connection = await _connections.OpenAsync(node).ConfigureAwait(false);
        try
        {
            await connection.SendAsync(new[] { Argument.Of("ASKING") }).ConfigureAwait(false);
            RespValue reply = await connection.ExecuteAsync(command.Arguments).ConfigureAwait(false);
            return (reply, ClusterAnswer.Of(reply, node));
        }
        catch (RedisException exception)
        {
            await _connections.CloseAsync(node, connection).ConfigureAwait(false);
            return (default, new ClusterAnswer(ClusterAnswerKind.Lost, exception.Message));
        }
    }
}
