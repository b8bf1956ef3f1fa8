using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Sends units one after the other without waiting for replies, and evaluates the replies in the order of the units.</summary>
internal sealed class ReplayPipeline(IReplaySender sender, ReplayOptions options, ulong confirmed, ulong executed)
{
    private readonly Queue<ReplayUnit> _pending = [];
    private readonly List<ReplayRefusal> _refusals = [];
    private ReplayUnit? _newest;
    private bool _isTailLost;

    /// <summary>The number of commands that were refused after the last unit that was under way and executed.</summary>
    private long _refusedSince;

    /// <summary>Whether something is missing before the next unit, or before one that has its replies.</summary>
    private bool _isGapNext;
    private bool _isAfterGap;

    /// <summary>
    /// The last sequence number up to which every reply arrived and none was a refusal. It does not pass a refused unit, nor a gap in the
    /// logs, any more.
    /// </summary>
    public ulong Confirmed { get; private set; } = confirmed;

    /// <summary>The last sequence number of the last batch that the server executed, in whole or in part.</summary>
    public ulong Executed { get; private set; } = executed;

    public long RefusalCount { get; private set; }

    public IReadOnlyList<ReplayRefusal> Refusals => _refusals;

    /// <summary>The first sequence number of the first unit with a missing reply; null if there is none.</summary>
    public ulong? UnansweredFrom => _pending.FirstOrDefault(unit => !unit.IsEmpty)?.Sequence;

    /// <summary>
    /// The sequence numbers of the batches that were sent after a refused one and that the server executed; null if there are none.
    /// </summary>
    public (ulong First, ulong Last)? UnderWay { get; private set; }

    /// <summary>The number of commands of these batches that the server refused.</summary>
    public long UnderWayRefusalCount { get; private set; }

    /// <summary>Whether the replay has stopped because the server refused a command.</summary>
    public bool IsStopped => RefusalCount > 0 && !options.KeepGoing;

    /// <summary>Records that everything up to a sequence number was brought to the state after it.</summary>
    public void Confirm(ulong sequence)
    {
        if (RefusalCount == 0 && !_isGapNext && !_isAfterGap)
        {
            Confirmed = sequence;
        }
    }

    /// <summary>Records that something is missing in the logs before the next batch.</summary>
    public void NoteGap() => _isGapNext = true;

    /// <summary>Records that what was regarded as confirmed may be so only up to a sequence number.</summary>
    public void Question(ulong sequence) => Confirmed = Math.Min(Confirmed, sequence);

    /// <summary>Adds a batch without commands. It counts as applied as soon as all batches before it are applied.</summary>
    public void Pass(ulong sequence, ulong last)
    {
        if (_pending.Count > 0 && _newest!.IsEmpty && !_isGapNext)
        {
            _newest.Last = last;
        }
        else
        {
            Enqueue(new ReplayUnit(sequence, last, isBatch: true));
        }

        ProcessAnswered();
    }

    /// <summary>Sends the commands of a unit, unless the replay has stopped. A unit is never sent in part.</summary>
    /// <exception cref="RedisException">The connection is lost.</exception>
    /// <param name="unit">The unit, without commands.</param>
    /// <param name="commands">Creates the commands; called only if they are sent.</param>
    public async ValueTask SendAsync(ReplayUnit unit, Func<IReadOnlyList<RedisCommand>> commands)
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

        Enqueue(unit);
        await sender.SendAsync(unit, commands()).ConfigureAwait(false);
    }

    /// <summary>Waits for all replies.</summary>
    /// <exception cref="RedisException">The connection was lost before the last reply.</exception>
    public async Task FinishAsync()
    {
        await sender.SettleAsync().ConfigureAwait(false);
        while (_pending.TryPeek(out ReplayUnit? unit))
        {
            await unit.WaitAsync().ConfigureAwait(false);
            ProcessAnswered();
        }
    }

    /// <summary>Sends commands that do not belong to a unit, even if the replay has stopped, and returns their replies.</summary>
    /// <exception cref="RedisException">The connection is lost.</exception>
    public Task<RespValue[]> AskAsync(IReadOnlyList<RedisCommand> commands) => sender.AskAsync(commands);

    /// <summary>Records a refusal.</summary>
    public void Refuse(ReplayRefusal refusal)
    {
        options.Refused?.Invoke(refusal);
        if (refusal.IsConsequence || refusal.IsUnconfirmed)
        {
            return;
        }

        RefusalCount++;
        if (_refusals.Count < options.MaxRefusals)
        {
            _refusals.Add(refusal);
        }
    }

    private void Enqueue(ReplayUnit unit)
    {
        unit.IsAfterGap = _isGapNext;
        _isGapNext = false;
        _pending.Enqueue(unit);
        _newest = unit;
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
            _isAfterGap |= unit.IsAfterGap;
            long refusedBefore = RefusalCount;
            unit.Judge().ForEach(Refuse);
            if (unit.IsBatch)
            {
                Account(unit, refusedBefore);
            }
        }
    }

    private void Account(ReplayUnit unit, long refusedBefore)
    {
        _isTailLost = unit.IsEmpty ? _isTailLost : !unit.IsCarriedOut;
        if (!_isTailLost && !unit.IsContinued)
        {
            Executed = unit.Last;
        }

        if (RefusalCount == 0)
        {
            Confirmed = unit.IsContinued || _isAfterGap ? Confirmed : unit.Last;
        }
        else if (refusedBefore > 0)
        {
            AccountUnderWay(unit, RefusalCount - refusedBefore);
        }
    }

    private void AccountUnderWay(ReplayUnit unit, long refused)
    {
        _refusedSince += UnderWay is not null || unit.IsCarriedOut ? refused : 0;
        if (unit.IsCarriedOut)
        {
            UnderWay = (UnderWay?.First ?? unit.Sequence, unit.Last);
            UnderWayRefusalCount += _refusedSince;
            _refusedSince = 0;
        }
    }
}
