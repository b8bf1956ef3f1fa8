using System.Globalization;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>The commands of one batch, or of one key that is brought to a state, that were sent, with their replies.</summary>
internal sealed class ReplayUnit(ulong sequence, ulong last, bool isBatch)
{
    private const string NotExecuted = "not executed, because the server refused its transaction";

    private readonly List<(RedisCommand Command, Task<RespValue> Reply)> _sent = [];

    /// <summary>The first sequence number of the batch.</summary>
    public ulong Sequence => sequence;

    /// <summary>The last sequence number that is applied when the server has executed the unit.</summary>
    public ulong Last { get; set; } = last;

    /// <summary>Whether these are the commands of a batch.</summary>
    public bool IsBatch => isBatch;

    /// <summary>Whether commands of the same batch follow in another unit, for another slot of a cluster.</summary>
    public bool IsContinued { get; init; }

    /// <summary>
    /// The numbers of the checkpoint that the commands set for a slot of a cluster; null if they set none, and then they have the same
    /// effect however often they are run.
    /// </summary>
    public (ulong Confirmed, ulong Executed)? Checkpoint { get; init; }

    /// <summary>Whether something is missing before the batch, so that it is not confirmed, nor what follows it.</summary>
    public bool IsAfterGap { get; set; }

    /// <summary>Whether the unit has no commands.</summary>
    public bool IsEmpty => _sent.Count == 0;

    /// <summary>Whether every reply has arrived or will never arrive.</summary>
    public bool IsAnswered => _sent.TrueForAll(sent => sent.Reply.IsCompleted);

    /// <summary>
    /// Whether the server executed the commands or a part of them, as far as its replies show; set by <see cref="Judge"/>.
    /// </summary>
    public bool IsCarriedOut { get; private set; }

    public void Add(RedisCommand command, Task<RespValue> reply) => _sent.Add((command, reply));

    /// <summary>Waits for the last reply.</summary>
    /// <exception cref="RedisException">The connection was lost before the last reply.</exception>
    public Task WaitAsync() => Task.WhenAll(_sent.Select(sent => sent.Reply));

    /// <summary>Evaluates the replies, which must have arrived, and returns what was refused.</summary>
    public List<ReplayRefusal> Judge()
    {
        List<ReplayRefusal> refusals = [];
        List<RedisCommand> transaction = [];
        List<RedisCommand>? queued = null;
        foreach ((RedisCommand command, Task<RespValue> task) in _sent)
        {
            RespValue reply = task.Result;
            string name = command.Name;
            if (name == "EXEC")
            {
                JudgeExec(command, reply, transaction, queued, refusals);
                queued = null;
            }
            else if (queued is not null)
            {
                transaction.Add(command);
                if (ExpectedReply.FaultOfQueued(reply) is { } notQueued)
                {
                    refusals.Add(new ReplayRefusal(command, notQueued));
                }
                else
                {
                    queued.Add(command);
                }
            }
            else if (ExpectedReply.FaultOf(command, reply) is { } fault)
            {
                refusals.Add(new ReplayRefusal(command, fault));
            }
            else if (name == "MULTI")
            {
                queued = [];
            }
            else
            {
                IsCarriedOut |= name != "SELECT";
            }
        }

        return refusals;
    }

    private void JudgeExec(
        RedisCommand exec, RespValue reply, List<RedisCommand> transaction, List<RedisCommand>? queued, List<ReplayRefusal> refusals)
    {
        if (queued is null)
        {
            // MULTI was refused, so that the commands were run one by one and judged so.
            return;
        }

        // What the server answers to EXEC after it refused a command before says no more; otherwise EXEC itself is refused.
        if (reply.IsError || reply.IsNull)
        {
            if (refusals.Count == 0)
            {
                refusals.Add(
                    new ReplayRefusal(exec, reply.IsError ? reply.Words : "the server answered nil: it discarded the transaction"));
            }

            AddConsequences(transaction, NotExecuted, refusals);
        }
        else if (reply.Kind != RespKind.Array || reply.Items.Length != queued.Count)
        {
            // It is not known what was executed. To regard it as executed is the safe side: its keys are then brought to their state.
            IsCarriedOut = true;
            string message = reply.Kind != RespKind.Array
                ? $"the server answered '{reply}' instead of an array"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"the number of replies to the transaction is {reply.Items.Length}, and that of its commands {queued.Count}");
            refusals.Add(new ReplayRefusal(exec, message));
            AddConsequences(transaction, "it is not known whether it was executed", refusals);
        }
        else
        {
            IsCarriedOut = true;
            ReadOnlySpan<RespValue> items = reply.Items.Span;
            for (int i = 0; i < items.Length; i++)
            {
                if (ExpectedReply.FaultOf(queued[i], items[i]) is { } fault)
                {
                    refusals.Add(new ReplayRefusal(queued[i], fault));
                }
            }
        }
    }

    private static void AddConsequences(List<RedisCommand> transaction, string message, List<ReplayRefusal> refusals)
    {
        var refused = new HashSet<RedisCommand>(refusals.Select(refusal => refusal.Command), ReferenceEqualityComparer.Instance);
        refusals.AddRange(
            transaction
                .Where(command => !command.IsFrame && !refused.Contains(command))
                .Select(command => new ReplayRefusal(command, message) { IsConsequence = true }));
    }
}
