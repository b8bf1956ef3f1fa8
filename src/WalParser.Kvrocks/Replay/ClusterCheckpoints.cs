using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// The checkpoints of a replay into a cluster: each slot has its own, the key <c>NAME{TAG}</c>, because a transaction cannot set a key of
/// another slot.
/// </summary>
internal sealed class ClusterCheckpoints
{
    private readonly ReadOnlyMemory<byte> _name;
    private readonly SlotProgress?[] _slots = new SlotProgress?[RedisSlot.Count];

    /// <exception cref="RedisException">Keys whose names begin so cannot be in every slot.</exception>
    public ClusterCheckpoints(ReadOnlyMemory<byte> name)
    {
        if (name.Span.Contains((byte)'{'))
        {
            throw new RedisException(
                RedisErrorKind.Refused,
                "The name of the checkpoints of a cluster must not contain '{', because a hash tag is added to it (--checkpoint). "
                    + "Nothing was sent.");
        }

        _name = name;
    }

    /// <summary>The slots that have a checkpoint, or that were used.</summary>
    public IEnumerable<SlotProgress> All => _slots.OfType<SlotProgress>();

    public SlotProgress Of(int slot) => _slots[slot] ??= new SlotProgress(slot);

    /// <summary>Returns the key of the checkpoint of a slot.</summary>
    public ReadOnlyMemory<byte> KeyOf(int slot) => SlotTags.KeyIn(slot, _name);

    /// <summary>Returns the command that reads the checkpoint of a slot.</summary>
    public RedisCommand Get(int slot) => new(0, default, new[] { Argument.Of("GET"), KeyOf(slot) }) { IsFrame = true };

    /// <summary>Reads the reply to <see cref="Get"/>; null if there is no checkpoint.</summary>
    /// <exception cref="RedisException">The key has another value than a checkpoint.</exception>
    public Checkpoint? Read(int slot, in RespValue reply) =>
        reply.IsNull ? null
        : reply.Kind == RespKind.BulkString && Checkpoint.TryParse(reply.Text, out Checkpoint checkpoint) ? checkpoint
        : throw new RedisException(
            RedisErrorKind.Refused,
            $"The key '{Encoding.UTF8.GetString(KeyOf(slot).Span)}' of the cluster cannot be read as a checkpoint"
                + $"{(reply.IsError ? $" ({reply})" : "")}; specify a name with which no other key begins.");

    /// <summary>Takes the replies to <see cref="Get"/> for all slots, and returns what they say together.</summary>
    /// <returns>
    /// Null if no slot has a checkpoint. The last batch that any slot has is the executed one. What the other slots lack up to it is found
    /// when the log is read.
    /// </returns>
    /// <exception cref="RedisException">A key is not a checkpoint, or the checkpoints belong to several databases or logs.</exception>
    public Checkpoint? TakeAll(RespValue[] replies)
    {
        Checkpoint? all = null;
        for (int slot = 0; slot < replies.Length; slot++)
        {
            if (Read(slot, replies[slot]) is not { } found)
            {
                continue;
            }

            SlotProgress progress = Of(slot);
            progress.Confirmed = found.Confirmed;
            progress.Executed = found.Executed;
            if (all is null)
            {
                all = found;
                continue;
            }

            if ((all.Database ?? found.Database) != (found.Database ?? all.Database)
                || (all.First ?? found.First) != (found.First ?? all.First))
            {
                throw new RedisException(RedisErrorKind.Refused, string.Create(
                    CultureInfo.InvariantCulture,
                    $"The checkpoints of the cluster's slots belong to the logs of several databases (slot {slot}: "
                        + $"{found.Database ?? "-"} from {found.First}; another: {all.Database ?? "-"} from {all.First}); nothing was "
                        + $"sent. Give another --checkpoint."));
            }

            all = all with
            {
                Confirmed = 0,
                Executed = Math.Max(all.Executed, found.Executed),
                Database = all.Database ?? found.Database,
                First = all.First ?? found.First,
                Missing = MissingRanges.Parse(all.Missing)!.With(MissingRanges.Parse(found.Missing)!).ToText(),
            };
        }

        return all is null ? null : all with { Confirmed = LeastInQuestion(all.Executed) };
    }

    /// <summary>Regards nothing as confirmed by the checkpoints, because the caller knows better what the server has.</summary>
    public void Disregard()
    {
        foreach (SlotProgress progress in All)
        {
            progress.Confirmed = 0;
        }
    }

    /// <summary>Returns whether the slot of a key may lack a batch, or a part of one.</summary>
    public bool IsInQuestion(ReadOnlySpan<byte> key, ulong last) => !(_slots[RedisSlot.Of(key)]?.Confirmed >= last);

    /// <summary>Records that the keys of a slot, if they were changed up to a batch, have their state after it.</summary>
    public void NoteHealed(ReadOnlySpan<byte> key, ulong last) => Of(RedisSlot.Of(key)).Healed = last;

    /// <summary>Returns the numbers of a slot's checkpoint after a batch.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="confirmed">The number up to which nothing was refused in any slot.</param>
    /// <param name="executed">The last number of the batch.</param>
    public (ulong Confirmed, ulong Executed) At(int slot, ulong confirmed, ulong executed) =>
        (Math.Min(Math.Max(_slots[slot]?.Confirmed ?? 0, confirmed), executed), executed);

    private ulong LeastInQuestion(ulong executed) =>
        All.Where(progress => progress.Confirmed < progress.Executed).Select(progress => progress.Confirmed!.Value).Append(executed).Min();
}
