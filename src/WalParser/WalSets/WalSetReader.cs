using System.Runtime.CompilerServices;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;

namespace WalParser.WalSets;

/// <summary>
/// Reads the WALs of a set as one stream: their records, the damage in them, and what is wrong between them, in order.
/// <code>
/// await using WalSetReader reader = set.OpenReader();
/// while (await reader.ReadAsync())
/// {
///     switch (reader.Kind)
///     {
///         case WalSetEntryKind.Record: … reader.File, reader.Batch … break;
///         case WalSetEntryKind.Break: … reader.Break … break;
///     }
/// }
/// </code>
/// What is handed out is valid until the next read. An instance is not safe for use by several threads at once; any number of
/// instances may read the same set.
/// </summary>
public class WalSetReader : IAsyncDisposable
{
    private readonly WalSource _source;
    private readonly WalReaderOptions _options;
    private readonly SequenceContinuity _continuity = new();
    private readonly PredecessorCheck _predecessors;
    private readonly ReadingRules? _rules;
    private readonly Queue<DatabaseProblem> _problems = new();
    private WalReader? _log;
    private WalFile? _file;
    private SequenceBreak? _break;
    private DatabaseProblem? _problem;
    private WalSetEntryKind _next;
    private bool _isAtEndOfFile;
    private bool _isAtEndOfSet;
    private bool _isDisposed;

    internal WalSetReader(WalSource source, WalReaderOptions options, PredecessorCheck predecessors, ReadingRules? rules = null)
    {
        _source = source;
        _options = options;
        _predecessors = predecessors;
        _rules = rules;
        rules?.BeginSet();
    }

    /// <summary>Counts the reads, so that a <see cref="WalSetEntry"/> can tell that it is out of date.</summary>
    internal long Version { get; private set; }

    /// <summary>What the last read has brought.</summary>
    public WalSetEntryKind Kind { get; private set; }

    /// <summary>The WAL that is being read.</summary>
    /// <exception cref="InvalidOperationException">None is: no read was made, or the set is at its end.</exception>
    public WalFile File => _file ?? throw new InvalidOperationException("The reader is not at a WAL.");

    /// <summary>The reader of that WAL, for what it knows of it: its position, end, compression. Only the set's reader may read from it.</summary>
    /// <exception cref="InvalidOperationException">No WAL is being read.</exception>
    public WalReader Log => _log ?? throw new InvalidOperationException("The reader is not at a WAL.");

    /// <summary>The record that was read. Its bytes are valid until the next read.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Record"/>.</exception>
    public WalRecord Record => Kind == WalSetEntryKind.Record ? Log.Record : throw NotAt(WalSetEntryKind.Record);

    /// <summary>
    /// The record's batch. It numbers its operations as the database does, as far as the batches so far have shown that, and its
    /// <see cref="WriteBatch.Corruption"/> is the damage that the reader has found in it. Its bytes are valid until the next read.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Record"/>.</exception>
    public WriteBatch Batch => new(Record) { Numbering = _continuity.Numbering, Corruption = _continuity.BatchCorruption };

    /// <summary>
    /// The sequence number behind those that the record's batch takes: with which the next batch begins. Null where it cannot be
    /// known: the batch is damaged, or commits a transaction that was prepared in a WAL that is not here.
    /// </summary>
    public ulong? NextSequence => _continuity.Expected;

    /// <summary>
    /// <see cref="NextSequence"/>; where it cannot be known, what the batch's header makes likely. A record that is no batch
    /// (<see cref="WriteBatch.HasValidHeader"/>) leaves both as they were; 0 before the first batch.
    /// </summary>
    public ulong LikelyNextSequence => _continuity.Likely;

    /// <summary>
    /// The damage in the record's batch, or null: what <see cref="WriteBatch.Corruption"/> says once it was gone through, which the reader has done already.
    /// </summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Record"/>.</exception>
    public WriteBatchCorruption? BatchCorruption => Kind == WalSetEntryKind.Record ? _continuity.BatchCorruption : throw NotAt(WalSetEntryKind.Record);

    /// <summary>The damage that was met.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Corruption"/>.</exception>
    public WalCorruption Corruption => Kind == WalSetEntryKind.Corruption ? Log.Corruption : throw NotAt(WalSetEntryKind.Corruption);

    /// <summary>The fragment of a log's earlier life that was met.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.OldRecord"/>.</exception>
    public OldRecord OldRecord => Kind == WalSetEntryKind.OldRecord ? Log.OldRecord : throw NotAt(WalSetEntryKind.OldRecord);

    /// <summary>How the record that comes next fails to continue the one before.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Break"/>.</exception>
    public SequenceBreak Break => Kind == WalSetEntryKind.Break ? _break! : throw NotAt(WalSetEntryKind.Break);

    /// <summary>What is wrong with, or between, the WALs.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Kind"/> is not <see cref="WalSetEntryKind.Problem"/>.</exception>
    public DatabaseProblem Problem => Kind == WalSetEntryKind.Problem ? _problem! : throw NotAt(WalSetEntryKind.Problem);

    /// <summary>
    /// Reads on to the next entry; <see cref="Kind"/> says what it is. False at the end of the set. What the read before has
    /// handed out is no longer valid. A WAL that cannot be read is a problem, and the others are read.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait for input. It is not looked at while there is no wait.</param>
    /// <exception cref="OperationCanceledException">The wait for input was cancelled; reading may go on.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Version++;
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

            Take(read.Result);
        }

        return new ValueTask<bool>(true);
    }

    /// <summary>All entries, one by one. An entry is valid until the next is asked for.</summary>
    public async IAsyncEnumerable<WalSetEntry> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return new WalSetEntry(this);
        }
    }

    /// <summary>Closes the WAL that is being read.</summary>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _isDisposed = true;
        Kind = WalSetEntryKind.None;
        await CloseAsync().ConfigureAwait(false);
        await _source.DisposeAsync().ConfigureAwait(false);
    }

    private bool TryDeliver()
    {
        if (_problems.TryDequeue(out _problem))
        {
            Kind = WalSetEntryKind.Problem;
        }
        else if (_break is not null && Kind != WalSetEntryKind.Break)
        {
            Kind = WalSetEntryKind.Break;
        }
        else if (_next is WalSetEntryKind.None or WalSetEntryKind.FileEnd && _rules is not null && _rules.Problems.TryDequeue(out _problem))
        {
            Kind = WalSetEntryKind.Problem;
        }
        else if (_next != WalSetEntryKind.None)
        {
            Kind = _next;
            _next = WalSetEntryKind.None;
            _break = null;
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
            Take(await read.ConfigureAwait(false));
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
                    _predecessors.EndFile(_log, _problems);
                    EndFile();
                    continue;
                }

                try
                {
                    Take(await _log.ReadAsync(cancellationToken).ConfigureAwait(false));
                }
                catch (Exception e) when (IsInputFailure(e))
                {
                    Fail(_file!, e);
                }

                continue;
            }

            await CloseAsync().ConfigureAwait(false);
            if (_source.TakeProblem() is { } problem)
            {
                _problems.Enqueue(problem);
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

    private void Begin(WalFile file)
    {
        if (_rules is not null && !_rules.BeginFile(file))
        {
            return;
        }

        try
        {
            _file = file;
            _log = _source.Open(file, _options);
            _isAtEndOfFile = false;
            _predecessors.BeginFile(file);
            _next = WalSetEntryKind.FileStart;
        }
        catch (Exception e) when (IsInputFailure(e))
        {
            Fail(file, e);
        }
    }

    private void Take(bool hasRead)
    {
        if (hasRead)
        {
            _predecessors.TakeRead(_log!, _problems);
        }
        else
        {
            // A WAL without records may name a predecessor too.
            _predecessors.EndFile(_log!, _problems);
        }

        foreach (DatabaseProblem problem in _problems)
        {
            _rules?.ProcessPredecessor(problem);
        }

        if (!hasRead || _rules is { HasLeftFile: true })
        {
            EndFile();
            return;
        }

        switch (_log!.Kind)
        {
            case WalEntryKind.Record:
                TakeRecord();
                break;
            case WalEntryKind.Corruption:
                _next = WalSetEntryKind.Corruption;
                _rules?.ProcessCorruption(_log.Corruption);
                break;
            default:
                _next = WalSetEntryKind.OldRecord;
                _rules?.ProcessOldRecord();
                break;
        }
    }

    private void TakeRecord()
    {
        if (_rules is not null && !_rules.ProcessRecord(_log!.Record))
        {
            return;
        }

        _break = _continuity.Take(_log!.Record, _file!);
        _next = WalSetEntryKind.Record;
        _rules?.ProcessBatch(_log.Record, _continuity.Likely, _continuity.BatchCorruption);
    }

    private void EndFile()
    {
        _isAtEndOfFile = true;
        _next = WalSetEntryKind.FileEnd;
    }

    private void Fail(WalFile file, Exception exception)
    {
        _isAtEndOfFile = true;
        _rules?.ProcessFailure();
        _problems.Enqueue(new DatabaseProblem
        {
            Kind = DatabaseProblemKind.Unreadable,
            File = file.Name,
            Message = exception switch
            {
                FileNotFoundException or DirectoryNotFoundException => "is no longer there",
                UnauthorizedAccessException => "may not be read; check its permissions",
                _ => (_log is null ? "reading failed: " : $"reading failed behind offset {_log.Position}: ") + exception.Message,
            },
        });
    }

    private static bool IsInputFailure(Exception exception) => exception is IOException or UnauthorizedAccessException;

    private async ValueTask CloseAsync()
    {
        WalReader? log = _log;
        _log = null;
        _file = null;
        _isAtEndOfFile = false;
        if (log is not null)
        {
            await log.DisposeAsync().ConfigureAwait(false);
        }
    }

    private InvalidOperationException NotAt(WalSetEntryKind kind) => new($"The reader is not at a {kind}: its Kind is {Kind}.");
}
