using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <content>What is sent, and the checkpoint.</content>
public sealed partial class Replayer
{
    private readonly RefusedKeySet? _only;

    /// <summary>The keys that must be brought to a state before the replay continues; null if there are none.</summary>
    private readonly TouchedKeys? _touched;

    /// <summary>The sequence number from which the keys that batches change are collected.</summary>
    private readonly ulong _touchedFrom;
    private KeyHealing? _healing;
    private ulong _healedState;

    /// <summary>The checkpoint as it is now, if everything up to <paramref name="executed"/> is executed.</summary>
    private Checkpoint CheckpointAt(ulong executed) =>
        new(Math.Min(_pipeline!.Confirmed, executed), executed, Checkpoint.IdOf(_options.DatabaseId) ?? _stored.Database, _first)
        {
            Selection = _selection,
            Omissions = ReplaySelection.OmissionsOf(_options.Commands),
            Missing = _missing.After(Math.Min(_pipeline.Confirmed, executed)).ToText(),
        };

    private async ValueTask<bool> ResumeAsync(ulong sequence, ulong last, byte[] payload)
    {
        await ResumeAsync().ConfigureAwait(false);
        return _pipeline?.IsStopped != true && await SendBatchAsync(sequence, last, Convert()).ConfigureAwait(false);

        IReadOnlyList<RedisCommand> Convert()
        {
            var batch = new WriteBatch(payload);
            return _converter!.Convert(ref batch);
        }
    }

    /// <summary>Brings the server to the state after the batches that it has, as far as that is in question.</summary>
    private async ValueTask ResumeAsync()
    {
        if (_isResumed)
        {
            return;
        }

        _isResumed = true;
        if (_touched is not null && _pipeline is not null)
        {
            _only?.AddTo(_touched);
            _healedState = _only is null || _from > 0 ? _from - 1 : _read;
            QuestionSlots();
            _healing = new KeyHealing(_converter!, _pipeline, _script, _tally);
            await _healing.HealAsync(_touched.All, _healedState, CheckDatabasesAsync).ConfigureAwait(false);
            if (_pipeline.RefusalCount == 0 && (_only is null || _options.OnlyCovers(_stored)))
            {
                _pipeline.Confirm(_healedState);
                NoteHealedSlots();
                await SetCheckpointAsync().ConfigureAwait(false);
            }
        }

        if (_only is null && _pipeline?.IsStopped != true)
        {
            await SendPlainAsync(_last + 1, _converter!.Resume()).ConfigureAwait(false);
        }
    }

    private async ValueTask<bool> SendBatchAsync(ulong sequence, ulong last, IReadOnlyList<RedisCommand> commands)
    {
        _last = last;
        if (commands.Count == 0)
        {
            _pipeline?.Pass(sequence, last);
        }
        else
        {
            if (_pipeline is null)
            {
                _tally.AddBatch(sequence, last, commands);
                return true;
            }

            if (_cluster is not null)
            {
                return await SendToSlotsAsync(sequence, last, commands).ConfigureAwait(false);
            }

            await CheckDatabasesAsync(commands).ConfigureAwait(false);
            await _pipeline.SendAsync(new ReplayUnit(sequence, last, isBatch: true), Script).ConfigureAwait(false);
        }

        return _pipeline?.IsStopped != true;

        IReadOnlyList<RedisCommand> Script()
        {
            _tally.AddBatch(sequence, last, commands);
            return _script.Batch(commands, _options.CheckpointKey is null ? null : CheckpointAt(last));
        }
    }

    /// <summary>Sends commands that do not belong to a batch. The checkpoint does not change.</summary>
    private async ValueTask SendPlainAsync(ulong sequence, IReadOnlyList<RedisCommand> commands)
    {
        if (commands.Count == 0)
        {
            return;
        }

        if (_pipeline is null)
        {
            _tally.Add(commands);
            return;
        }

        if (_cluster is not null)
        {
            await SendPlainToSlotsAsync(sequence, commands).ConfigureAwait(false);
            return;
        }

        await CheckDatabasesAsync(commands).ConfigureAwait(false);
        await _pipeline.SendAsync(new ReplayUnit(sequence, _last, isBatch: false), Script).ConfigureAwait(false);

        IReadOnlyList<RedisCommand> Script()
        {
            _tally.Add(commands);
            return _script.Plain(commands);
        }
    }

    /// <summary>
    /// Checks that databases exist before commands are sent to them. If the server refused a SELECT, the commands after it would change
    /// another database.
    /// </summary>
    private async ValueTask CheckDatabasesAsync(IReadOnlyList<RedisCommand> commands)
    {
        foreach (int number in _script.NewDatabases(commands))
        {
            RedisCommand select = new(0, default, new[] { Argument.Of("SELECT"), Argument.Of(number) });
            RespValue reply = (await _sender!.AskAsync([select]).ConfigureAwait(false))[0];
            _script.Forget();
            if (ExpectedReply.FaultOf(select, reply) is { } fault)
            {
                throw new RedisException(
                    RedisErrorKind.Database, $"The server has no database {number} for the keys of a namespace ({fault}).");
            }
        }
    }

    private async ValueTask<bool> SendRawAsync(ulong sequence, ulong last, ReadOnlyMemory<byte> raw)
    {
        _last = last;
        if (raw.IsEmpty)
        {
            _pipeline?.Pass(sequence, last);
            return true;
        }

        RedisCommand[] command = [new(sequence, default, new[] { Argument.Of("APPLYBATCH"), raw })];
        if (_pipeline is null)
        {
            _tally.AddBatch(sequence, last, command);
            return true;
        }

        await _pipeline.SendAsync(new ReplayUnit(sequence, last, isBatch: true), Script).ConfigureAwait(false);
        if (_options.CheckpointKey is not null && ++_sinceCheckpoint >= RawBatchesPerCheckpoint)
        {
            await _pipeline.FinishAsync().ConfigureAwait(false);
            await SetCheckpointAsync().ConfigureAwait(false);
        }

        return !_pipeline.IsStopped;

        IReadOnlyList<RedisCommand> Script()
        {
            _tally.AddBatch(sequence, last, command);
            return command;
        }
    }

    /// <summary>Sets the checkpoint to what is known now, unless the server has that value.</summary>
    private async Task SetCheckpointAsync()
    {
        _sinceCheckpoint = 0;
        if (_cluster is not null)
        {
            await SetSlotCheckpointsAsync().ConfigureAwait(false);
            return;
        }

        Checkpoint now = CheckpointAt(_options.IsRaw ? _pipeline!.Confirmed : _pipeline!.Executed);
        bool hasChanged = _tally.Batches > 0 || _stored.Confirmed != now.Confirmed || _stored.Executed != now.Executed
            || _stored.Missing != now.Missing;
        if (_options.CheckpointKey is null || !hasChanged || now == _stored)
        {
            return;
        }

        IReadOnlyList<RedisCommand> script = _script.SetCheckpoint(now);
        RespValue[] replies = await _pipeline!.AskAsync(script).ConfigureAwait(false);
        for (int i = 0; i < replies.Length; i++)
        {
            if (ExpectedReply.FaultOf(script[i], replies[i]) is { } fault)
            {
                _pipeline.Refuse(new ReplayRefusal(script[i], fault));
                return;
            }
        }

        _stored = now;
    }
}
