using WalParser.Kvrocks.Cluster;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <content>
/// What differs in a cluster: the commands of a batch are one transaction for each slot, and each slot has its own checkpoint. When a
/// replay continues, it goes on after the last batch that any slot has, and the keys that a slot may lack up to there are brought to their
/// state.
/// </content>
public sealed partial class Replayer
{
    private readonly ClusterSender? _cluster;

    private bool IsInQuestion(ReadOnlyMemory<byte> key) => _cluster?.Checkpoints.IsInQuestion(key.Span, _read) != false;

    /// <summary>Regards as confirmed only what precedes the first batch that a slot may lack.</summary>
    private void QuestionSlots()
    {
        if (_cluster is not null && _touched!.Count > 0)
        {
            _pipeline!.Question(Math.Max(_touched.All.Min(key => key.Sequence), 1) - 1);
        }
    }

    private void NoteHealedSlots()
    {
        if (_cluster is not null)
        {
            foreach (TouchedKey key in _touched!.All)
            {
                _cluster.Checkpoints.NoteHealed(key.Key.Span, _healedState);
            }
        }
    }

    private async ValueTask<bool> SendToSlotsAsync(ulong sequence, ulong last, IReadOnlyList<RedisCommand> commands)
    {
        IReadOnlyList<(int Slot, IReadOnlyList<RedisCommand> Commands)> parts = CommandSlot.Split(commands);
        for (int i = 0; i < parts.Count; i++)
        {
            (int slot, IReadOnlyList<RedisCommand> part) = parts[i];
            bool isFirst = i == 0;
            (ulong Confirmed, ulong Executed) numbers = _cluster!.Checkpoints.At(slot, _pipeline!.Confirmed, last);

            // The batch is confirmed with its last unit.
            var unit = new ReplayUnit(sequence, last, isBatch: true) { Checkpoint = numbers, IsContinued = i < parts.Count - 1 };
            await _pipeline.SendAsync(unit, Script).ConfigureAwait(false);

            IReadOnlyList<RedisCommand> Script()
            {
                if (isFirst)
                {
                    _tally.AddBatch(sequence, last, part);
                }
                else
                {
                    _tally.Add(part);
                }

                Checkpoint checkpoint = CheckpointAt(last) with { Confirmed = numbers.Confirmed };
                return _script.Batch(part, checkpoint, _cluster.Checkpoints.KeyOf(slot));
            }
        }

        return !_pipeline!.IsStopped;
    }

    private async ValueTask SendPlainToSlotsAsync(ulong sequence, IReadOnlyList<RedisCommand> commands)
    {
        foreach ((int _, IReadOnlyList<RedisCommand> part) in CommandSlot.Split(commands))
        {
            await _pipeline!.SendAsync(new ReplayUnit(sequence, _last, isBatch: false), Script).ConfigureAwait(false);

            IReadOnlyList<RedisCommand> Script()
            {
                _tally.Add(part);
                return _script.Batch(part, checkpoint: null);
            }
        }
    }

    /// <summary>Sets the checkpoints of the slots that do not show what is known now.</summary>
    private async Task SetSlotCheckpointsAsync()
    {
        List<(SlotProgress Slot, Checkpoint Value)> changed = [];
        string? missing = CheckpointAt(_pipeline!.Executed).Missing;
        foreach (SlotProgress slot in _cluster!.Checkpoints.All)
        {
            if ((slot.Healed ?? slot.Executed) is not { } known)
            {
                continue;
            }

            ulong executed = Math.Max(known, slot.Executed ?? 0);
            (ulong confirmed, _) = _cluster.Checkpoints.At(slot.Slot, _pipeline!.Confirmed, executed);
            if (slot.Confirmed != confirmed || slot.Executed != executed || _stored.Missing != missing)
            {
                changed.Add((slot, CheckpointAt(executed) with { Confirmed = confirmed }));
            }
        }

        RedisCommand[] commands =
            [.. changed.Select(one => _script.SetCheckpoint(one.Value, _cluster.Checkpoints.KeyOf(one.Slot.Slot))[0])];
        RespValue[] replies = await _cluster.SetCheckpointsAsync([.. changed.Select((one, i) => (one.Slot, commands[i]))])
            .ConfigureAwait(false);
        for (int i = 0; i < replies.Length; i++)
        {
            if (ExpectedReply.FaultOf(commands[i], replies[i]) is { } fault)
            {
                _pipeline!.Refuse(new ReplayRefusal(commands[i], fault));
                return;
            }

            (SlotProgress slot, Checkpoint value) = changed[i];
            (slot.Confirmed, slot.Executed, slot.HasUnmarked) = (value.Confirmed, value.Executed, false);
        }

        _stored = _stored with { Missing = missing };
    }
}
