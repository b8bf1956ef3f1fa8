using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Sends units one behind the other without waiting for replies, and judges the replies in the units' order.</summary>
internal sealed class ReplayPipeline(RedisConnection connection, ReplayOptions options, ulong lastSequence)
{
    private readonly Queue<ReplayUnit> _pending = [];
    private readonly List<ReplayRefusal> _refusals = [];
    private ReplayUnit? _newest;
    private bool _isTailRefused;

    /// <summary>The last number of the last unit that is known to be carried out.</summary>
    public ulong LastSequence { get; private set; } = lastSequence;

    public long RefusalCount { get; private set; }

    public IReadOnlyList<ReplayRefusal> Refusals => _refusals;

    /// <summary>The number of the first unit whose replies have not all come.</summary>
    public ulong? UnansweredFrom => _pending.FirstOrDefault(unit => !unit.IsEmpty)?.Sequence;

    /// <summary>Whether nothing more is to be sent.</summary>
    public bool IsStopped => RefusalCount > 0 && !options.KeepGoing;

    /// <summary>A batch that comes to nothing: it is done when those before it are.</summary>
    public void Pass(ulong sequence, ulong last)
    {
        if (_pending.Count > 0 && _newest!.IsEmpty)
        {
            _newest.Last = last;
        }
        else
        {
            Enqueue(new ReplayUnit(sequence, last));
        }

        TakeAnswered();
    }

    /// <summary>Sends the commands of a unit; all of them, once it has begun.</summary>
    /// <exception cref="RedisException">The connection is lost.</exception>
    /// <param name="sequence">The number with which the batch begins.</param>
    /// <param name="last">The number up to which all is applied then.</param>
    /// <param name="commands">Makes the commands; called only if they are sent.</param>
    public async ValueTask SendAsync(ulong sequence, ulong last, Func<IReadOnlyList<RedisCommand>> commands)
    {
        TakeAnswered();
        if (options.Window == 1)
        {
            await FinishAsync().ConfigureAwait(false);
        }

        if (IsStopped)
        {
            return;
        }

        var unit = new ReplayUnit(sequence, last);
        Enqueue(unit);
        foreach (RedisCommand command in commands())
        {
            unit.Add(command, await SendAsync(command).ConfigureAwait(false));
        }
    }

    /// <summary>Waits for all replies.</summary>
    /// <exception cref="RedisException">The connection was lost before the last.</exception>
    public async Task FinishAsync()
    {
        while (_pending.TryPeek(out ReplayUnit? unit))
        {
            await unit.WaitAsync().ConfigureAwait(false);
            TakeAnswered();
        }
    }

    /// <summary>Sends commands that are no unit's, also where nothing more is to be sent otherwise, and waits for their replies.</summary>
    /// <exception cref="RedisException">The connection is lost.</exception>
    public async Task SendAtOnceAsync(IReadOnlyList<RedisCommand> commands)
    {
        foreach (RedisCommand command in commands)
        {
            RespValue reply = await connection.ExecuteAsync(command.Arguments).ConfigureAwait(false);
            if (reply.IsError)
            {
                Refuse(command, reply.Text);
            }
        }
    }

    private void Enqueue(ReplayUnit unit)
    {
        _pending.Enqueue(unit);
        _newest = unit;
    }

    private async ValueTask<Task<RespValue>> SendAsync(RedisCommand command)
    {
        try
        {
            return await connection.SendAsync(command.Arguments).ConfigureAwait(false);
        }
        catch (RedisException exception)
        {
            // What the unit has sent so far may be carried out: it is not to look as if it were empty.
            _newest!.Add(command, Task.FromException<RespValue>(exception));
            throw;
        }
    }

    private void TakeAnswered()
    {
        while (_pending.TryPeek(out ReplayUnit? unit) && unit.IsAnswered)
        {
            // A reply that will not come is left to whoever waits for it.
            if (unit.WaitAsync().IsFaulted)
            {
                return;
            }

            _pending.Dequeue();
            unit.Judge(Refuse);
            if (unit.IsEmpty ? !_isTailRefused : unit.IsCarriedOut)
            {
                LastSequence = unit.Last;
            }

            _isTailRefused = unit.IsEmpty ? _isTailRefused : !unit.IsCarriedOut;
        }
    }

    private void Refuse(RedisCommand command, string message)
    {
        RefusalCount++;
        if (_refusals.Count < options.MaxRefusals)
        {
            _refusals.Add(new ReplayRefusal(command, message));
        }
    }
}
