using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>The commands of one batch that were sent, with their replies.</summary>
internal sealed class ReplayUnit(ulong sequence, ulong last)
{
    private readonly List<(RedisCommand Command, Task<RespValue> Reply)> _sent = [];

    /// <summary>The first sequence number of the batch.</summary>
    public ulong Sequence => sequence;

    /// <summary>The last sequence number that is applied when the server has executed the unit.</summary>
    public ulong Last { get; set; } = last;

    /// <summary>Whether the unit has no commands.</summary>
    public bool IsEmpty => _sent.Count == 0;

    /// <summary>Whether every reply has arrived or will never arrive.</summary>
    public bool IsAnswered => _sent.TrueForAll(sent => sent.Reply.IsCompleted);

    /// <summary>Whether the server executed at least one of the commands; set by <see cref="Judge"/>.</summary>
    public bool IsCarriedOut { get; private set; }

    public void Add(RedisCommand command, Task<RespValue> reply) => _sent.Add((command, reply));

    /// <summary>Waits for the last reply.</summary>
    /// <exception cref="RedisException">The connection was lost before the last reply.</exception>
    public Task WaitAsync() => Task.WhenAll(_sent.Select(sent => sent.Reply));

    /// <summary>
    /// Evaluates the replies, which must have arrived, and calls <paramref name="refuse"/> with each refused command and the error message.
    /// </summary>
    public void Judge(Action<RedisCommand, string> refuse)
    {
        List<RedisCommand>? transaction = null;
        bool isRefusedWithin = false;
        foreach ((RedisCommand command, Task<RespValue> task) in _sent)
        {
            RespValue reply = task.Result;
            string name = command.Name;
            if (name == "EXEC")
            {
                JudgeExec(command, reply, transaction ?? [], isRefusedWithin, refuse);
                transaction = null;
            }
            else if (reply.IsError)
            {
                refuse(command, reply.Text);
                isRefusedWithin |= transaction is not null;
            }
            else if (name == "MULTI")
            {
                transaction = [];
                isRefusedWithin = false;
            }
            else if (transaction is not null && reply.Text == "QUEUED")
            {
                transaction.Add(command);
            }
            else if (name != "SELECT")
            {
                IsCarriedOut = true;
            }
        }
    }

    private void JudgeExec(
        RedisCommand exec, RespValue reply, List<RedisCommand> queued, bool isRefusedWithin, Action<RedisCommand, string> refuse)
    {
        if (reply.IsError)
        {
            // If one of the commands made the server abort the transaction, that command was reported already.
            if (!isRefusedWithin)
            {
                refuse(exec, reply.Text);
            }

            return;
        }

        ReadOnlySpan<RespValue> items = reply.Items.Span;
        IsCarriedOut |= items.Length > 0;
        for (int i = 0; i < items.Length; i++)
        {
            if (items[i].IsError)
            {
                refuse(i < queued.Count ? queued[i] : exec, items[i].Text);
            }
        }
    }
}
