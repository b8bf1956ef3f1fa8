using System.Runtime.CompilerServices;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.WalSets;

/// <summary>
/// Reads the WALs of a set as one stream: their records, the damage in them, and the findings between them, in order.
/// <code>
/// await using WalSetReader reader = set.OpenReader();
/// while (await reader.ReadAsync())
/// {
///     switch (reader.Kind)
///     {
///         case WalSetEntryKind.Record: … reader.File, reader.Batch … break;
///         case WalSetEntryKind.SequenceFinding: … reader.SequenceFinding … break;
///     }
/// }
/// </code>
/// The results of a read are valid until the next read. An instance is not safe for concurrent use by multiple threads, and a read must
/// have ended before the next one begins; a read that is begun while another is pending throws an
/// <see cref="InvalidOperationException"/>. Any number of instances may read the same set.
/// </summary>
public partial class WalSetReader : IAsyncDisposable
{
    private readonly WalSource _source;
    private readonly WalReaderOptions _options;
    private readonly SequenceContinuity _continuity = new();
    private readonly PredecessorCheck _predecessors;
    private readonly TimestampCheck? _timestamps;
    private readonly ReadingRules? _rules;
    private readonly Queue<Finding> _findings = new();
    private ExclusiveUse _use;
    private WalReader? _log;
    private WalFile? _file;
    private SequenceFinding? _sequenceFinding;
    private Finding? _finding;
    private WalSetEntryKind _next;
    private bool _isAtEndOfFile;
    private bool _isAtEndOfSet;
    private bool _isDisposed;

    internal WalSetReader(
        WalSource source,
        WalReaderOptions options,
        PredecessorCheck predecessors,
        ComparatorTimestamps? comparators,
        ReadingRules? rules = null)
    {
        _source = source;
        _options = options;
        _predecessors = predecessors;
        _timestamps = comparators is null ? null : new TimestampCheck(comparators);
        _rules = rules;
        rules?.BeginSet();
    }

    /// <summary>Whether the record's batch contains marks of transactions.</summary>
    internal bool HasMarks => _continuity.HasMarks;

    /// <summary>Whether the record's batch contains operations that RocksDB may refuse although they can be read.</summary>
    internal bool MayBeRefused => _continuity.MayBeRefused;

    /// <summary>The number of reads, with which a <see cref="WalSetEntry"/> detects that it is out of date.</summary>
    internal long Version { get; private set; }

    /// <summary>The kind of the entry that the last read returned.</summary>
    public WalSetEntryKind Kind { get; private set; }

    /// <summary>The WAL that is being read.</summary>
    /// <exception cref="InvalidOperationException">No WAL is being read: no read was made, or the set is at its end.</exception>
    public WalFile File => _file ?? throw new InvalidOperationException("The reader is not at a WAL.");

    /// <summary>
    /// The reader of the current WAL, with its position, end and compression. Only the reader of the set may read from it.
    /// </summary>
    /// <exception cref="InvalidOperationException">No WAL is being read.</exception>
    public WalReader Log => _log ?? throw new InvalidOperationException("The reader is not at a WAL.");

    /// <summary>The record that was read. Its bytes are valid until the next read.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Record"/>.</exception>
    public WalRecord Record => Kind == WalSetEntryKind.Record ? Log.Record : throw NotAt(WalSetEntryKind.Record);

    /// <summary>
    /// The record's batch. It numbers its operations as the database does, as far as the batches so far have shown that, and its
    /// <see cref="WriteBatch.Finding"/> is the damage that the reader has found in it. Its bytes are valid until the next read.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Record"/>.</exception>
    /// <remarks>
    /// Keys are split from their timestamps by the sizes that the log declares and, where it declares none, by the comparators in the
    /// MANIFEST: RocksDB declares sizes since 8.4. A <see cref="FindingKind.TimestampsNotDeclared"/> before the record reports that.
    /// </remarks>
    public WriteBatch Batch
    {
        get
        {
            WalRecord record = Record;
            TimestampSizes sizes = _timestamps?.SizesFor(record) ?? record.TimestampSizes;
            return _rules?.Limit is { } limit
                ? new(record.Payload[..limit.End], sizes, limit.Finding)
                {
                    Numbering = _continuity.Numbering,
                    IsNumberingProven = _continuity.IsNumberingProven,
                }
                : new(record.Payload, sizes)
                {
                    Numbering = _continuity.Numbering,
                    IsNumberingProven = _continuity.IsNumberingProven,
                    Finding = _continuity.BatchFinding,
                };
        }
    }

    /// <summary>
    /// The sequence number after those in the record's batch, at which the next batch begins. Null if it is unknown: the batch is damaged,
    /// or it commits a transaction that was prepared in a WAL that is not in the set.
    /// </summary>
    public ulong? NextSequence => _continuity.Next;

    /// <summary>
    /// <see cref="NextSequence"/>; if it is unknown, the number that the header of the batch makes likely. A record that is not a batch
    /// (<see cref="WriteBatch.HasValidHeader"/>) leaves both unchanged; 0 before the first batch.
    /// </summary>
    public ulong LikelyNextSequence => _continuity.Likely;

    /// <summary>
    /// The damage in the record's batch, or null: the value of <see cref="WriteBatch.Finding"/> after an enumeration of the batch, which
    /// the reader has already performed.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Record"/>.</exception>
    public Finding? BatchFinding =>
        Kind == WalSetEntryKind.Record ? _rules?.Limit?.Finding ?? _continuity.BatchFinding : throw NotAt(WalSetEntryKind.Record);

    /// <summary>
    /// The finding: about the framing of the WAL, about the sequence numbers of two batches, or about the files of the database.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// <see cref="Kind"/> is none of <see cref="WalSetEntryKind.LogFinding"/>, <see cref="WalSetEntryKind.SequenceFinding"/> and
    /// <see cref="WalSetEntryKind.DatabaseFinding"/>.
    /// </exception>
    public Finding Finding => Kind switch
    {
        WalSetEntryKind.LogFinding => Log.Finding,
        WalSetEntryKind.SequenceFinding => _sequenceFinding!,
        WalSetEntryKind.DatabaseFinding => _finding!,
        _ => throw new InvalidOperationException($"The reader is at {Kind}, not at a finding."),
    };

    /// <summary>The fragment that an earlier use of the log left.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.OldRecord"/>.</exception>
    public OldRecord OldRecord => Kind == WalSetEntryKind.OldRecord ? Log.OldRecord : throw NotAt(WalSetEntryKind.OldRecord);

    /// <summary>The finding about the sequence numbers of the next record and the record before it.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.SequenceFinding"/>.</exception>
    public SequenceFinding SequenceFinding =>
        Kind == WalSetEntryKind.SequenceFinding ? _sequenceFinding! : throw NotAt(WalSetEntryKind.SequenceFinding);

    /// <summary>
    /// Reads the next entry; <see cref="Kind"/> specifies its kind. Returns false at the end of the set. The results of the previous read
    /// are no longer valid. A WAL that cannot be read is reported as a finding, and reading continues with the next one.
    /// </summary>
    /// <param name="cancellationToken">Cancels the wait for input. It is not observed while input is available.</param>
    /// <exception cref="InvalidOperationException">Another read is pending.</exception>
    /// <exception cref="OperationCanceledException">The wait for input was canceled; reading may continue.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _use.Enter();
        ValueTask<bool> read;
        try
        {
            Version++;
            read = ReadNextAsync(cancellationToken);
        }
        catch
        {
            _use.Exit();
            throw;
        }

        if (!read.IsCompletedSuccessfully)
        {
            return ExitAfterAsync(read);
        }

        _use.Exit();
        return read;
    }

    /// <summary>The current entry as a value, which is valid until the next read.</summary>
    public WalSetEntry Entry => new(this);

    /// <summary>Returns all entries, one by one. An entry is valid until the next one is requested.</summary>
    public async IAsyncEnumerable<WalSetEntry> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return Entry;
        }
    }

    private async ValueTask<bool> ExitAfterAsync(ValueTask<bool> read)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        finally
        {
            _use.Exit();
        }
    }

    private ValueTask<bool> ReadNextAsync(CancellationToken cancellationToken)
    {
        while (!TryDeliver())
        {
            if (_log is null || _isAtEndOfFile || _rules is { HasLeftFile: true })
            {
                return ReadOnAsync(cancellationToken);
            }

            ValueTask<bool> read;
            try
            {
                read = _log.ReadAsync(cancellationToken);
            }
            catch (Exception e) when (IsInputFailure(e))
            {
                Fail(_file!, e);
                continue;
            }

            if (!read.IsCompletedSuccessfully)
            {
                return ReadOnAsync(read, cancellationToken);
            }

            ProcessRead(read.Result);
        }

        return new ValueTask<bool>(true);
    }

    private bool TryDeliver()
    {
        if (_findings.TryDequeue(out _finding))
        {
            Kind = WalSetEntryKind.DatabaseFinding;
        }
        else if (_sequenceFinding is not null && Kind != WalSetEntryKind.SequenceFinding)
        {
            Kind = WalSetEntryKind.SequenceFinding;
        }
        else if (_next is WalSetEntryKind.None or WalSetEntryKind.FileEnd && _rules is not null && _rules.Findings.TryDequeue(out _finding))
        {
            Kind = WalSetEntryKind.DatabaseFinding;
        }
        else if (_next != WalSetEntryKind.None)
        {
            Kind = _next;
            _next = WalSetEntryKind.None;
            _sequenceFinding = null;
        }
        else
        {
            return false;
        }

        return true;
    }

    private async ValueTask<bool> ReadOnAsync(ValueTask<bool> read, CancellationToken cancellationToken)
    {
        try
        {
            ProcessRead(await read.ConfigureAwait(false));
        }
        catch (Exception e) when (IsInputFailure(e))
        {
            Fail(_file!, e);
        }

        return await ReadOnAsync(cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<bool> ReadOnAsync(CancellationToken cancellationToken)
    {
        while (!TryDeliver())
        {
            if (_log is not null && !_isAtEndOfFile)
            {
                if (_rules is { HasLeftFile: true })
                {
                    _predecessors.EndFile(_log, _findings);
                    EndFile();
                    continue;
                }

                try
                {
                    ProcessRead(await _log.ReadAsync(cancellationToken).ConfigureAwait(false));
                }
                catch (Exception e) when (IsInputFailure(e))
                {
                    Fail(_file!, e);
                }

                continue;
            }

            await CloseAsync().ConfigureAwait(false);
            if (_source.DequeueFinding() is { } finding)
            {
                _findings.Enqueue(finding);
                continue;
            }

            WalFile? file = _rules is { IsRefused: true } ? null : await _source.NextAsync(cancellationToken).ConfigureAwait(false);
            if (file is not null)
            {
                Begin(file);
            }
            else if (_rules is not null && !_isAtEndOfSet)
            {
                _isAtEndOfSet = true;
                _rules.EndSet();
            }
            else
            {
                Kind = WalSetEntryKind.None;
                return false;
            }
        }

        return true;
    }

    private void ProcessRead(bool hasRead)
    {
        if (hasRead)
        {
            _predecessors.ProcessRead(_log!, _findings);
        }
        else
        {
            // A WAL without records may name a predecessor, too.
            _predecessors.EndFile(_log!, _findings);
            _rules?.EndFile();
        }

        if (!hasRead || _rules is { HasLeftFile: true })
        {
            EndFile();
            return;
        }

        switch (_log!.Kind)
        {
            case WalEntryKind.Record:
                ProcessRecord();
                break;
            case WalEntryKind.Finding:
                _next = WalSetEntryKind.LogFinding;
                _rules?.ProcessFinding(_log.Finding);
                break;
            default:
                _next = WalSetEntryKind.OldRecord;
                _rules?.ProcessOldRecord(_log.OldRecord);
                break;
        }
    }

    private void ProcessRecord()
    {
        if (_rules is not null && !_rules.ProcessRecord(_log!.Record))
        {
            return;
        }

        _timestamps?.Process(_log!.Record, _file!.Name, _findings);
        _sequenceFinding = _continuity.Process(_log!.Record, _file!);
        _next = WalSetEntryKind.Record;
    }

    private void EndFile()
    {
        _isAtEndOfFile = true;
        _next = WalSetEntryKind.FileEnd;
    }

    private InvalidOperationException NotAt(WalSetEntryKind kind) => new($"The reader is not at a {kind}: its Kind is {Kind}.");
}
