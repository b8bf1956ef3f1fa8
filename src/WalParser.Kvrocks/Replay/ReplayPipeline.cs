using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Sends units one after the other without waiting for replies, and evaluates the replies in the order of the units.</summary>
internal sealed class ReplayPipeline(RedisConnection connection, ReplayOptions options, ulong lastSequence)
{
    private readonly Queue<ReplayUnit> _pending = [];
    private readonly List<ReplayRefusal> _refusals = [];
    private ReplayUnit? _newest;
    private bool _isTailRefused;

    /// <summary>The last sequence number of the last unit that the server is known to have executed.</summary>
    public ulong LastSequence { get; private set; } = lastSequence;

    public long RefusalCount { get; private set; }

    public IReadOnlyList<ReplayRefusal> Refusals => _refusals;

    /// <summary>The first sequence number of the first unit with a missing reply; null if there is none.</summary>
    public ulong? UnansweredFrom => _pending.FirstOrDefault(unit => !unit.IsEmpty)?.Sequence;

    /// <summary>Whether the replay has stopped because the server refused a command.</summary>
    public bool IsStopped => RefusalCount > 0 && !options.KeepGoing;

    /// <summary>Adds a batch without commands. It counts as applied as soon as all batches before it are applied.</summary>
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

        ProcessAnswered();
    }

    /// <summary>Sends the commands of a unit, unless the replay has stopped. A unit is never sent in part.</summary>
    /// <exception cref="RedisException">The connection is lost.</exception>
    /// <param name="sequence">The first sequence number of the batch.</param>
    /// <param name="last">The last sequence number that is applied when the server has executed the commands.</param>
    /// <param name="commands">Creates the commands; called only if they are sent.</param>
    public async ValueTask SendAsync(ulong sequence, ulong last, Func<IReadOnlyList<RedisCommand>> commands)
    {
        ProcessAnswered();
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
    /// <exception cref="RedisException">The connection was lost before the last reply.</exception>
    public async Task FinishAsync()
    {
        while (_pending.TryPeek(out ReplayUnit? unit))
        {
            await unit.WaitAsync().ConfigureAwait(false);
            ProcessAnswered();
        }
    }

    /// <summary>Sends commands that do not belong to a unit, even if the replay has stopped, and waits for their replies.</summary>
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
            // The server may execute the commands of the unit that were sent so far, so the unit must not appear empty.
            _newest!.Add(command, Task.FromException<RespValue>(exception));
            throw;
        }
    }

    private void ProcessAnswered()
    {
        while (_pending.TryPeek(out ReplayUnit? unit) && unit.IsAnswered)
        {
            // FinishAsync reports replies that will never arrive.
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
