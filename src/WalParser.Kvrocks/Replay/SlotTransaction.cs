using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// The commands that are carried out together in one slot. They may be sent several times, to several nodes; the unit receives the replies
/// of the node that has answered for itself.
/// </summary>
internal sealed class SlotTransaction
{
    private readonly IReadOnlyList<RedisCommand> _commands;
    private readonly List<TaskCompletionSource<RespValue>> _replies = [];
    private readonly List<Task<RespValue>> _sent = [];
    private ClusterNode? _node;
    private RedisConnection? _connection;
    private RedisException? _failure;

    public SlotTransaction(SlotProgress progress, ReplayUnit unit, IReadOnlyList<RedisCommand> commands)
    {
        Progress = progress;
        Checkpoint = unit.Checkpoint;
        _commands = commands;
        foreach (RedisCommand command in commands)
        {
            var reply = new TaskCompletionSource<RespValue>(TaskCreationOptions.RunContinuationsAsynchronously);
            _replies.Add(reply);
            unit.Add(command, reply.Task);
        }
    }

    public SlotProgress Progress { get; }

    /// <summary>The checkpoint that the commands set; null if they set none, and have the same effect however often they are run.</summary>
    public (ulong Confirmed, ulong Executed)? Checkpoint { get; }

    /// <summary>Whether the replies have arrived, or will never arrive.</summary>
    public bool IsAnswered => _failure is not null || _sent.TrueForAll(reply => reply.IsCompleted);

    /// <summary>Forgets an attempt to send the commands that was in vain.</summary>
    public void Forget()
    {
        _sent.Clear();
        _connection = null;
        _failure = null;
    }

    /// <summary>Sends the commands to the master of the slot. A failure is part of <see cref="AnswerAsync"/>.</summary>
    public async ValueTask SendAsync(ClusterConnections connections)
    {
        Forget();
        try
        {
            (_node, _connection) = await connections.OfSlotAsync(Progress.Slot).ConfigureAwait(false);
            foreach (RedisCommand command in _commands)
            {
                _sent.Add(await _connection.SendAsync(command.Arguments).ConfigureAwait(false));
            }
        }
        catch (RedisException exception)
        {
            _failure = exception;
        }
    }

    /// <summary>Waits for the replies. If they are final, the unit has them.</summary>
    public async Task<ClusterAnswer> AnswerAsync(ClusterConnections connections)
    {
        try
        {
            if (_failure is null && _connection is not null)
            {
                RespValue[] replies = await Task.WhenAll(_sent).ConfigureAwait(false);
                ClusterAnswer answer = ClusterAnswer.Of(replies, _node!);
                if (answer.Kind == ClusterAnswerKind.Final)
                {
                    Settle(replies);
                }

                return answer;
            }
        }
        catch (RedisException exception)
        {
            _failure = exception;
        }

        if (_connection is null)
        {
            // Nothing was sent.
            return new ClusterAnswer(ClusterAnswerKind.Moved, _failure?.Message ?? "its master cannot be reached");
        }

        await connections.CloseAsync(_node!, _connection).ConfigureAwait(false);
        return new ClusterAnswer(ClusterAnswerKind.Lost, _failure!.Message);
    }

    /// <summary>Ends the wait for the replies.</summary>
    public void Fail(RedisException exception) => _replies.ForEach(reply => reply.TrySetException(exception));

    private void Settle(RespValue[] replies)
    {
        for (int i = 0; i < replies.Length; i++)
        {
            _replies[i].TrySetResult(replies[i]);
        }

        Progress.Connection = _connection;
        bool isExecuted = replies.Length > 1 && replies[^1].Kind == RespKind.Array;
        if (Checkpoint is null)
        {
            Progress.HasUnmarked = true;
        }
        else if (isExecuted)
        {
            (Progress.Confirmed, Progress.Executed) = Checkpoint.Value;
            Progress.HasUnmarked = false;
        }
    }
}
