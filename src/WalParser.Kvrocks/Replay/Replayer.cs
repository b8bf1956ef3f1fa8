using System.Globalization;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Dataset;
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
/// <para>
/// A replay that continues after a refusal, or after a lost connection, first brings the keys of the batches whose effect is not known to
/// the state after these batches.
/// </para>
/// </summary>
public sealed partial class Replayer : IAsyncDisposable
{
    /// <summary>
    /// The number of batches after which a raw replay sets its checkpoint. Batches that are sent twice have the same result.
    /// </summary>
    private const int RawBatchesPerCheckpoint = 128;

    private readonly ReplayOptions _options;
    private readonly string _selection;
    private readonly IReplaySender? _sender;
    private readonly ReplayPipeline? _pipeline;
    private readonly ReplayScript _script;
    private readonly CommandConverter? _converter;
    private readonly RawFilter? _filter;
    private readonly ReplayTally _tally = new();
    private readonly ulong _from;

    /// <summary>The checkpoint on the server or, if there is none, where this replay begins.</summary>
    private Checkpoint _stored;

    /// <summary>The first sequence number of the log; null before the first batch.</summary>
    private ulong? _first;
    private MissingRanges _missing;
    private bool _isResumed;

    /// <summary>The last sequence number that was read.</summary>
    private ulong _read;

    /// <summary>The last sequence number of the last batch that was sent, or that the server had before.</summary>
    private ulong _last;
    private int _sinceCheckpoint;

    private Replayer(ReplayOptions options, IReplaySender? sender, int database, Checkpoint? checkpoint)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Window, 1, nameof(options));
        _cluster = sender as ClusterSender;
        _selection = ReplaySelection.DigestOf(options);
        _options = options = _cluster is null && !(options.RequiresCluster && sender is null)
            ? options
            : options with { Commands = options.Commands with { IsForCluster = true } };
        _sender = sender;
        _script = new ReplayScript(options, database);
        _converter = options.IsRaw ? null : new CommandConverter(options.Commands);
        _filter = options.IsRaw ? new RawFilter(options.Commands, options.Slots) : null;
        // Raw batches may be sent twice, so that a raw replay continues where everything is confirmed.
        ulong confirmed = options.FromSequence is { } from ? Math.Max(from, 1) - 1 : checkpoint?.Confirmed ?? 0;
        ulong executed = options.FromSequence is null && !options.IsRaw && checkpoint is not null ? checkpoint.Executed : confirmed;
        _from = options.FromSequence ?? (checkpoint is null ? 0 : executed + 1);
        _last = executed;
        _stored = checkpoint ?? new Checkpoint(confirmed, executed);
        ConfirmedBefore = confirmed;
        _missing = MissingBefore;
        _isResumed = _from == 0 && options.Only is null;
        _pipeline = sender is null ? null : new ReplayPipeline(sender, options, confirmed, executed);
        _only = options.Only is null ? null : new RefusedKeySet(options.Only);
        bool isCertain = _cluster is null ? executed == confirmed : checkpoint is null;
        _touched = _converter is null || _isResumed || (isCertain && _only is null)
            ? null
            : new TouchedKeys((ns, key) => _converter.Converts(ns) && (_only?.Contains(ns, key) ?? IsInQuestion(key)));
        _touchedFrom = _cluster is not null && _only is null ? 0
            : _only is null ? confirmed + 1
            : checkpoint is { } found && found.Confirmed < found.Executed ? Math.Min(confirmed + 1, _only.FirstSequence)
            : _only.FirstSequence;
    }

    /// <summary>The first sequence number that is sent. Earlier batches are only read.</summary>
    public ulong FromSequence => _only is null ? _from : 0;

    /// <summary>
    /// The last sequence number that is read, if the replay is limited to some keys (<see cref="ReplayOptions.Only"/>) and there is a
    /// checkpoint; null if all are.
    /// </summary>
    public ulong? ToSequence => _only is not null && _from > 0 ? _from - 1 : null;

    /// <summary>
    /// The changes that commands cannot express, and the assumptions of the conversion (<see cref="CommandConverter.Notes"/>); empty for a
    /// raw replay.
    /// </summary>
    public IReadOnlyList<ConversionNote> Notes => _converter?.Notes ?? [];

    /// <summary>The dataset that the batches so far have built up; null for a raw replay.</summary>
    internal Keyspace? Keyspace => _converter?.Keyspace;

    /// <summary>
    /// The last sequence number before which, and up to which, nothing was refused by an earlier replay and nothing was missing in its
    /// logs.
    /// </summary>
    internal ulong ConfirmedBefore { get; }

    /// <summary>The sequence numbers that were missing in the logs of an earlier replay, according to the checkpoint.</summary>
    internal MissingRanges MissingBefore => MissingRanges.Parse(_stored.Missing) ?? MissingRanges.None;

    /// <summary>Records sequence numbers that are lost, for the checkpoint.</summary>
    internal void NoteMissing(ulong first, ulong last) =>
        _missing = last > ConfirmedBefore ? _missing.With(first, last) : _missing;

    /// <summary>
    /// Notes that something is missing before the next batch, or in it: neither it nor anything after it is confirmed, so that a replay of
    /// mended logs brings all of that to its state.
    /// </summary>
    /// <param name="isConfirmed">Whether an earlier replay, or the caller, has confirmed what precedes the next batch nevertheless.</param>
    internal void NoteGap(bool isConfirmed)
    {
        _converter?.NoteGap();
        if (!isConfirmed)
        {
            _pipeline?.NoteGap();
        }
    }

    /// <summary>Connects to a server, and reads the checkpoint if there is one.</summary>
    /// <param name="endpoint">The address of the server.</param>
    /// <param name="options">The options of the replay.</param>
    /// <param name="cancellationToken">Cancels the attempt to connect.</param>
    /// <exception cref="RedisException">
    /// The server cannot be reached or refuses to serve, or the value of the checkpoint key is not a checkpoint, or is that of another
    /// database.
    /// </exception>
    public static async Task<Replayer> ConnectAsync(
        RedisEndpoint endpoint, ReplayOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        options ??= new ReplayOptions();
        (IReplaySender sender, Checkpoint? checkpoint) =
            await ReplayConnection.OpenAsync(endpoint, options, cancellationToken).ConfigureAwait(false);
        try
        {
            return new Replayer(options, sender, endpoint.Database, checkpoint);
        }
        catch
        {
            await sender.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Creates a replayer that does not connect and sends nothing. Its result describes what a replay would send.</summary>
    public static Replayer CreateDry(ReplayOptions? options = null) => new(options ?? new ReplayOptions(), null, 0, null);

    /// <summary>
    /// Processes the next batch of the log and sends its commands. Waits only while too many commands have no reply. Returns false if the
    /// replay has stopped because the server refused a command. Operations after damage in the batch are not sent.
    /// </summary>
    /// <exception cref="RedisException">
    /// The connection is lost, or the checkpoint does not belong to this log. <see cref="StopAsync"/> returns the progress that is known.
    /// </exception>
    public ValueTask<bool> ReplayAsync(WriteBatch batch)
    {
        if (_pipeline?.IsStopped == true)
        {
            return ValueTask.FromResult(false);
        }

        ulong sequence = batch.Sequence;
        ulong last = batch.Count == 0 ? _read : sequence + batch.Count - 1;
        _read = last;
        NoteFirst(sequence);
        if (_filter is not null)
        {
            ReadOnlyMemory<byte> raw = _filter.Process(batch);
            return sequence < _from ? ValueTask.FromResult(true) : SendRawAsync(sequence, last, raw);
        }

        if (sequence < _from || _only is not null)
        {
            _converter!.Skip(ref batch, sequence >= _touchedFrom ? _touched : null);
            return ValueTask.FromResult(true);
        }

        if (!_isResumed)
        {
            // What must be sent before the batch depends on the state before it, and on replies.
            return ResumeAsync(sequence, last, batch.Payload.ToArray());
        }

        return SendBatchAsync(sequence, last, _converter!.Convert(ref batch));
    }

    /// <summary>
    /// Completes the replay at the end of the log: sends the commands that were deferred until then
    /// (<see cref="CommandConverter.Complete"/>), and waits for the last reply.
    /// </summary>
    /// <exception cref="RedisException">
    /// The connection is lost, or the log ends before the batches that the server has. <see cref="StopAsync"/> returns the progress that is
    /// known.
    /// </exception>
    public async Task<ReplayResult> CompleteAsync()
    {
        if (_from > 0 && _read < _from - 1)
        {
            throw new RedisException(RedisErrorKind.Refused, string.Create(
                CultureInfo.InvariantCulture,
                $"The logs end at sequence number {_read}, but the server has the batches up to "
                    + $"{_from - 1}; nothing was sent. Give all logs."));
        }

        if (_converter is not null)
        {
            await ResumeAsync().ConfigureAwait(false);
        }

        if (_pipeline is not null)
        {
            await _pipeline.FinishAsync().ConfigureAwait(false);
        }

        if (_converter is not null && _pipeline?.IsStopped != true)
        {
            // If the replay is limited to some keys, only their expiries were held back.
            await SendPlainAsync(_last + 1, _converter.Complete()).ConfigureAwait(false);
        }

        if (_cluster is not null && _pipeline!.IsStopped == false)
        {
            await _cluster.VerifyAsync().ConfigureAwait(false);
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
            LastSequence = _pipeline?.Confirmed ?? _last,
            ExecutedSequence = _pipeline?.Executed ?? _last,
            UnansweredFrom = _pipeline?.UnansweredFrom,
            UnderWayFrom = _pipeline?.UnderWay?.First,
            UnderWayTo = _pipeline?.UnderWay?.Last,
            UnderWayRefusalCount = _pipeline?.UnderWayRefusalCount ?? 0,
            FirstSent = _tally.FirstSequence,
            LastSent = _tally.LastSequence,
            BatchCount = _tally.Batches,
            CommandCounts = _tally.Commands,
            RefusalCount = _pipeline?.RefusalCount ?? 0,
            Refusals = _pipeline?.Refusals ?? [],
            HealedCount = _healing?.HealedCount ?? 0,
            HealedSequence = _healing is null ? null : _healedState,
            UnconfirmedCount = _healing?.UnconfirmedCount ?? 0,
        };
    }

    /// <summary>
    /// Waits, after the end, until replicas have received everything that was sent, at most for half of <see cref="ReplayOptions.Timeout"/>:
    /// a silent connection is given up after all of it.
    /// </summary>
    /// <returns>The reply of each master that something was sent to.</returns>
    /// <exception cref="RedisException">A connection is lost.</exception>
    internal Task<RespValue[]> WaitForReplicasAsync(int count) =>
        _sender?.WaitForReplicasAsync(count, _options.Timeout / 2) ?? Task.FromResult<RespValue[]>([]);

    /// <summary>Closes the connection immediately. The server may or may not execute commands without a reply.</summary>
    public ValueTask DisposeAsync() => _sender?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Ends every wait for a reply as if the connection was lost. May be called while another method waits.</summary>
    public void Abort() => _sender?.Abort();

    private void NoteFirst(ulong sequence)
    {
        if (_first is null && _options.FromSequence is null && _stored.First is { } first && first != sequence)
        {
            throw new RedisException(RedisErrorKind.Refused, string.Create(
                CultureInfo.InvariantCulture,
                $"These logs begin at sequence number {sequence}, but those of the checkpoint began at {first}; nothing was sent. Give the "
                    + $"same logs and all later ones, or begin after the checkpoint with --from-sequence {_from}."));
        }

        _first ??= sequence;
    }
}
