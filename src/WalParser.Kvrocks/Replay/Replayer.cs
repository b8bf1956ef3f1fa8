using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>
/// Sends batches to a server, as commands or unchanged (<see cref="ReplayOptions.IsRaw"/>), without waiting for the reply to each:
/// <code>
/// await using Replayer replayer = await Replayer.ConnectAsync(endpoint);
/// while (await updates.MoveNextAsync() &amp;&amp; await replayer.ReplayAsync(updates.Current.Batch)) { }
/// ReplayResult result = await replayer.CompleteAsync();
/// </code>
/// <para>
/// Pass all batches of the log to <see cref="ReplayAsync"/>, even if the replay continues an earlier one
/// (<see cref="ReplayOptions.FromSequence"/> or a checkpoint): the earlier batches describe the dataset of the server. After an exception,
/// or to stop before the end of the log, <see cref="StopAsync"/> returns the progress. Not thread-safe.
/// </para>
/// </summary>
public sealed class Replayer : IAsyncDisposable
{
    /// <summary>
    /// The number of batches after which a raw replay sets its checkpoint. Batches that are sent twice have the same result.
    /// </summary>
    private const int RawBatchesPerCheckpoint = 128;

    /// <summary>The smallest window of the connection, so that a transaction need not wait for its own replies.</summary>
    private const int LeastWindow = 64;

    private readonly ReplayOptions _options;
    private readonly RedisConnection? _connection;
    private readonly ReplayPipeline? _pipeline;
    private readonly ReplayScript _script;
    private readonly CommandConverter? _converter;
    private readonly RawFilter? _filter;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly ulong _from;
    private readonly ulong? _halfDone;
    private bool _isResumed;
    private ulong _last;
    private ulong? _firstSent;
    private ulong? _lastSent;
    private long _batches;
    private ulong _checkpoint;
    private int _sinceCheckpoint;

    private Replayer(ReplayOptions options, RedisConnection? connection, int database, Checkpoint? checkpoint)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1, nameof(options));
        _options = options;
        _connection = connection;
        _script = new ReplayScript(options, database);
        _converter = options.IsRaw ? null : new CommandConverter(options.Commands);
        _filter = options.IsRaw ? new RawFilter(options.Commands, options.Slots) : null;
        Checkpoint? start = options.FromSequence is null ? checkpoint : null;
        _halfDone = start?.HalfDone;
        _from = options.FromSequence ?? (start is { } found ? found.LastSequence + 1 : 0);
        _last = _checkpoint = _from == 0 ? 0 : _from - 1;
        _isResumed = _from == 0;
        _pipeline = connection is null ? null : new ReplayPipeline(connection, options, _last);
    }

    /// <summary>The first sequence number that is sent. Earlier batches are only read.</summary>
    public ulong FromSequence => _from;

    /// <summary>
    /// The changes that commands cannot express, and the assumptions of the conversion (<see cref="CommandConverter.Notes"/>); empty for a
    /// raw replay.
    /// </summary>
    public IReadOnlyList<ConversionNote> Notes => _converter?.Notes ?? [];

    /// <summary>Connects to a server, and reads the checkpoint if there is one.</summary>
    /// <param name="endpoint">The address of the server.</param>
    /// <param name="options">The options of the replay.</param>
    /// <param name="cancellationToken">Cancels the attempt to connect.</param>
    /// <exception cref="RedisException">
    /// The server cannot be reached or refuses to serve, or the value of the checkpoint key is not a checkpoint.
    /// </exception>
    public static async Task<Replayer> ConnectAsync(
        RedisEndpoint endpoint, ReplayOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        options ??= new ReplayOptions();
        var connectionOptions = new RedisConnectionOptions { Window = Math.Max(options.Window, LeastWindow) };
        RedisConnection connection = await RedisConnection.ConnectAsync(endpoint, connectionOptions, cancellationToken)
            .ConfigureAwait(false);
        try
        {
            Checkpoint? checkpoint = options.CheckpointKey is { } key && options.FromSequence is null
                ? await ReadCheckpointAsync(connection, endpoint, key, cancellationToken).ConfigureAwait(false)
                : null;
            return new Replayer(options, connection, endpoint.Database, checkpoint);
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates a replayer that does not connect and sends nothing. Its result describes what a replay would send.</summary>
    public static Replayer CreateDry(ReplayOptions? options = null) => new(options ?? new ReplayOptions(), null, 0, null);

    /// <summary>
    /// Processes the next batch of the log and sends its commands. Waits only while too many commands have no reply. Returns false if the
    /// replay has stopped because the server refused a command. Operations after damage in the batch are not sent.
    /// </summary>
    /// <exception cref="RedisException">The connection is lost. <see cref="StopAsync"/> returns the progress that is known.</exception>
    public ValueTask<bool> ReplayAsync(WriteBatch batch)
    {
        if (_pipeline?.IsStopped == true)
        {
            return ValueTask.FromResult(false);
        }

        ulong sequence = batch.Sequence;
        ulong last = batch.Count == 0 ? _last : sequence + batch.Count - 1;
        if (_filter is not null)
        {
            ReadOnlyMemory<byte> raw = _filter.Process(batch);
            return sequence < _from ? ValueTask.FromResult(true) : SendRawAsync(sequence, last, raw);
        }

        if (sequence < Math.Max(_from, _halfDone ?? 0))
        {
            _converter!.Skip(ref batch);
            return ValueTask.FromResult(true);
        }

        if (sequence == _halfDone)
        {
            // Only the commands after the transaction are missing. The server may have executed some of them; executing them again has the
            // same result.
            return SendBatchAsync(sequence, last, [], [.. _converter!.Convert(ref batch).Where(command => command.IsApart)]);
        }

        // Created before the batch is converted, because it describes the state before the batch.
        IReadOnlyList<RedisCommand> resume = Resume();
        return SendBatchAsync(sequence, last, resume, _converter!.Convert(ref batch));
    }

    /// <summary>
    /// Completes the replay at the end of the log: sends the commands that were deferred until then
    /// (<see cref="CommandConverter.Complete"/>), and waits for the last reply.
    /// </summary>
    /// <exception cref="RedisException">The connection is lost. <see cref="StopAsync"/> returns the progress that is known.</exception>
    public async Task<ReplayResult> CompleteAsync()
    {
        if (_pipeline is not null)
        {
            await _pipeline.FinishAsync().ConfigureAwait(false);
        }

        if (_converter is not null && _pipeline?.IsStopped != true)
        {
            await SendPlainAsync(_last, [.. Resume(), .. _converter.Complete()]).ConfigureAwait(false);
        }

        return await StopAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Stops the replay, waits for the replies to the commands that were sent, and returns the progress. Does not throw if the connection
    /// is lost.
    /// </summary>
    public async Task<ReplayResult> StopAsync()
    {
        if (_pipeline is not null)
        {
            try
            {
                await _pipeline.FinishAsync().ConfigureAwait(false);
                await SetCheckpointAsync().ConfigureAwait(false);
            }
            catch (RedisException)
            {
                // ReplayResult.UnansweredFrom reports the lost connection.
            }
        }

        return new ReplayResult
        {
            LastSequence = _pipeline?.LastSequence ?? _last,
            UnansweredFrom = _pipeline?.UnansweredFrom,
            FirstSent = _firstSent,
            LastSent = _lastSent,
            BatchCount = _batches,
            CommandCounts = _counts,
            RefusalCount = _pipeline?.RefusalCount ?? 0,
            Refusals = _pipeline?.Refusals ?? [],
        };
    }

    /// <summary>Closes the connection immediately. The server may or may not execute commands without a reply.</summary>
    public ValueTask DisposeAsync() => _connection?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<Checkpoint?> ReadCheckpointAsync(
        RedisConnection connection, RedisEndpoint endpoint, ReadOnlyMemory<byte> key, CancellationToken cancellationToken)
    {
        RespValue reply = await connection.ExecuteAsync(new[] { Argument.Of("GET"), key }, cancellationToken).ConfigureAwait(false);
        if (reply.IsNull)
        {
            return null;
        }

        return !reply.IsError && Checkpoint.TryParse(reply.Text, out Checkpoint checkpoint)
            ? checkpoint
            : throw new RedisException(
                RedisErrorKind.Refused,
                $"The key '{Encoding.UTF8.GetString(key.Span)}' of {endpoint} cannot be read as a checkpoint"
                    + $"{(reply.IsError ? $" ({reply.Text})" : "")}; specify a key that nothing else uses.");
    }

    private IReadOnlyList<RedisCommand> Resume()
    {
        bool isFirst = !_isResumed;
        _isResumed = true;
        return isFirst ? _converter!.Resume() : [];
    }

    private async ValueTask<bool> SendBatchAsync(
        ulong sequence, ulong last, IReadOnlyList<RedisCommand> resume, IReadOnlyList<RedisCommand> commands)
    {
        await SendPlainAsync(sequence, resume).ConfigureAwait(false);
        ulong before = _last;
        _last = last;
        if (commands.Count == 0)
        {
            _pipeline?.Pass(sequence, last);
        }
        else
        {
            Note(sequence, last, commands);
            if (_pipeline is not null)
            {
                await CheckDatabasesAsync(commands).ConfigureAwait(false);
                await _pipeline.SendAsync(sequence, last, () => _script.Batch(commands, before, last)).ConfigureAwait(false);
            }
        }

        return _pipeline?.IsStopped != true;
    }

    /// <summary>Sends commands that do not belong to a batch. The checkpoint does not change.</summary>
    private async ValueTask SendPlainAsync(ulong sequence, IReadOnlyList<RedisCommand> commands)
    {
        if (commands.Count == 0)
        {
            return;
        }

        Count(commands);
        if (_pipeline is not null)
        {
            await CheckDatabasesAsync(commands).ConfigureAwait(false);
            await _pipeline.SendAsync(sequence, _last, () => _script.Plain(commands)).ConfigureAwait(false);
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
            RespValue reply = await _connection!.ExecuteAsync(new[] { Argument.Of("SELECT"), Argument.Of(number) }).ConfigureAwait(false);
            _script.Forget();
            if (reply.IsError)
            {
                throw new RedisException(
                    RedisErrorKind.Database, $"The server has no database {number} for the keys of a namespace ({reply.Text}).");
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
        Note(sequence, last, command);
        if (_pipeline is not null)
        {
            await _pipeline.SendAsync(sequence, last, () => command).ConfigureAwait(false);
        }

        if (_options.CheckpointKey is not null && ++_sinceCheckpoint == RawBatchesPerCheckpoint && _pipeline is not null)
        {
            await _pipeline.FinishAsync().ConfigureAwait(false);
            await SetCheckpointAsync().ConfigureAwait(false);
        }

        return _pipeline?.IsStopped != true;
    }

    private void Note(ulong sequence, ulong last, IReadOnlyList<RedisCommand> commands)
    {
        _batches++;
        _firstSent ??= sequence;
        _lastSent = last;
        Count(commands);
    }

    private void Count(IReadOnlyList<RedisCommand> commands)
    {
        foreach (string name in commands.Select(command => command.Name).Where(name => name is not ("MULTI" or "EXEC")))
        {
            _counts[name] = _counts.GetValueOrDefault(name) + 1;
        }
    }

    /// <summary>Sets the checkpoint to the last sequence number that is known to be applied, if it has changed.</summary>
    private async Task SetCheckpointAsync()
    {
        _sinceCheckpoint = 0;
        if (_options.CheckpointKey is not null && _pipeline!.LastSequence != _checkpoint)
        {
            _checkpoint = _pipeline.LastSequence;
            await _pipeline.SendAtOnceAsync(_script.SetCheckpoint(_checkpoint)).ConfigureAwait(false);
        }
    }
}
