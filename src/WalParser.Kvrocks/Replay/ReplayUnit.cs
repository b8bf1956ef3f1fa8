using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>What one batch comes to, on its way: its commands, and their replies as they come.</summary>
internal sealed class ReplayUnit(ulong sequence, ulong last)
{
    private readonly List<(RedisCommand Command, Task<RespValue> Reply)> _sent = [];

    /// <summary>The number with which the batch begins.</summary>
    public ulong Sequence => sequence;

    /// <summary>The last number that is applied when this is done.</summary>
    public ulong Last { get; set; } = last;

    /// <summary>Whether there is nothing to wait for.</summary>
    public bool IsEmpty => _sent.Count == 0;

    /// <summary>Whether all replies have come, or never will.</summary>
    public bool IsAnswered => _sent.TrueForAll(sent => sent.Reply.IsCompleted);

    /// <summary>Whether the server carried out anything of it; known when it was judged.</summary>
    public bool IsCarriedOut { get; private set; }

    public void Add(RedisCommand command, Task<RespValue> reply) => _sent.Add((command, reply));

    /// <summary>Ends with the last reply.</summary>
    /// <exception cref="RedisException">The connection was lost before.</exception>
    public Task WaitAsync() => Task.WhenAll(_sent.Select(sent => sent.Reply));

    /// <summary>Reads the replies, which must have come, and calls <paramref name="refuse"/> with what was refused.</summary>
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

    private void JudgeExec(RedisCommand exec, RespValue reply, List<RedisCommand> queued, bool isRefusedWithin, Action<RedisCommand, string> refuse)
    {
        if (reply.IsError)
        {
            // What made the server give the transaction up was told already, if it was one of its commands.
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
