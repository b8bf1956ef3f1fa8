using System.Diagnostics.CodeAnalysis;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Inputs;

/// <summary>
/// Reads the WALs of one database entry by entry and does what all commands do on the way: finds the input that each WAL is, shows the
/// progress, collects the damage of each WAL, and reports the WALs that cannot be read on standard error.
/// </summary>
/// <remarks>
/// An entry, and what it contains, is valid until the next call of <see cref="MoveNextAsync"/>. Not safe for use by several threads at
/// once.
/// </remarks>
internal sealed class InputReader : IAsyncDisposable
{
    // The entries come from one of these two. A WalSetReader alone needs no async iterator.
    private readonly WalSetReader? _reader;
    private readonly IAsyncEnumerator<WalSetEntry>? _entries;
    private readonly Func<WalFile, WalInput> _inputOf;
    private readonly WalRecoveryMode _mode;
    private readonly ToolConsole _console;
    private readonly IReadOnlyList<WalInput> _inputs = [];
    private readonly CancellationToken _cancellationToken;
    private readonly List<InputFailure> _failures = [];
    private WalInput? _input;
    private bool _isWaiting;

    /// <summary>Creates a reader of all entries of a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="console">The console to report to.</param>
    /// <param name="cancellationToken">Cancels every wait for input.</param>
    public InputReader(InputSet set, ToolConsole console, CancellationToken cancellationToken)
        : this(set, set.Wals.OpenReader(), set.Mode, console, cancellationToken)
    {
    }

    /// <summary>Creates a reader of the entries that another reader of the set returns.</summary>
    /// <param name="set">The set.</param>
    /// <param name="reader">The reader of the set. It is disposed together with this one.</param>
    /// <param name="mode">The recovery mode in which that reader reads.</param>
    /// <param name="console">The console to report to.</param>
    /// <param name="cancellationToken">Cancels every wait for input.</param>
    public InputReader(InputSet set, WalSetReader reader, WalRecoveryMode mode, ToolConsole console, CancellationToken cancellationToken)
        : this(set.InputOf, mode, console)
    {
        _inputs = set.Inputs;
        _reader = reader;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Creates a reader of a set that is being written. It ends only when it is cancelled.</summary>
    /// <param name="set">The set.</param>
    /// <param name="mode">The recovery mode in which the set is read.</param>
    /// <param name="options">Where to begin.</param>
    /// <param name="console">The console to report to.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public InputReader(WalSet set, WalRecoveryMode mode, FollowOptions options, ToolConsole console, CancellationToken cancellationToken)
        : this(file => WalInput.Of(file, set.Folder), mode, console) =>
        _entries = set.FollowAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);

    private InputReader(Func<WalFile, WalInput> inputOf, WalRecoveryMode mode, ToolConsole console)
    {
        _inputOf = inputOf;
        _mode = mode;
        _console = console;
        Inspector = new LogInspector(mode);
    }

    /// <summary>The line that shows the progress; null to show none.</summary>
    public ProgressLine? Progress { get; init; }

    /// <summary>
    /// Writes the output so far to where it goes. It is called before the reader waits for input, which may take long, and before it writes
    /// to standard error, so that the order is right where both go to one place.
    /// </summary>
    public Action? FlushOutput { get; init; }

    /// <summary>The current entry.</summary>
    public WalSetEntry Entry => _reader is null ? _entries!.Current : _reader.Entry;

    /// <summary>The WAL that is being read.</summary>
    /// <exception cref="InvalidOperationException">No WAL has been read yet.</exception>
    public WalInput Input => _input ?? throw new InvalidOperationException("The reader is not at a WAL.");

    /// <summary>The damage of the WAL that is being read. After the end of a WAL it includes what the end shows.</summary>
    public LogInspector Inspector { get; private set; }

    /// <summary>Whether the current entry is an old record that follows something else than an old record.</summary>
    public bool BeginsOldRecords { get; private set; }

    /// <summary>The WALs that could not be read.</summary>
    public IReadOnlyList<InputFailure> Failures => _failures;

    /// <summary>The exit code that follows from <see cref="Failures"/>.</summary>
    public int ExitCode => Failures.Count > 0 ? Tool.ExitCode.Failure : Tool.ExitCode.Clean;

    /// <summary>Moves to the next entry. Returns false at the end.</summary>
    public ValueTask<bool> MoveNextAsync()
    {
        ValueTask<bool> move = _reader is null ? _entries!.MoveNextAsync() : _reader.ReadAsync(_cancellationToken);
        if (!move.IsCompletedSuccessfully)
        {
            return WaitAsync(move);
        }

        bool hasEntry = move.Result;
        if (hasEntry)
        {
            ProcessEntry();
        }

        return new ValueTask<bool>(hasEntry);
    }

    /// <summary>Adds the damage in the current record's batch, if there is any, to <see cref="Inspector"/>.</summary>
    /// <param name="damage">Receives the damage.</param>
    /// <returns>Whether there is damage.</returns>
    public bool TryAddBatchDamage([NotNullWhen(true)] out Finding? damage)
    {
        WalSetEntry entry = Entry;
        if (!LogInspector.TryFindDamage(entry.Record, entry.BatchFinding, out damage))
        {
            return false;
        }

        Inspector.ProcessBatchDamage(damage);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        // An enumerator that waits cannot be disposed. It ends with the process.
        if (_entries is not null && !_isWaiting)
        {
            await _entries.DisposeAsync();
        }

        if (_reader is not null)
        {
            await _reader.DisposeAsync();
        }
    }

    private async ValueTask<bool> WaitAsync(ValueTask<bool> move)
    {
        _isWaiting = !move.IsCompleted;
        if (_isWaiting)
        {
            FlushOutput?.Invoke();
        }

        bool hasEntry;
        try
        {
            hasEntry = await move;
        }
        finally
        {
            _isWaiting = false;
        }

        if (hasEntry)
        {
            ProcessEntry();
        }

        return hasEntry;
    }

    private void ProcessEntry()
    {
        WalSetEntry entry = Entry;
        switch (entry.Kind)
        {
            case WalSetEntryKind.FileStart:
                _input = _inputOf(entry.File);
                Inspector = new LogInspector(_mode);
                Progress?.BeginFile(_input.Label);
                break;
            case WalSetEntryKind.Record:
                Inspector.ProcessRecord(entry.Record.EndOffset);
                Progress?.Report(entry.Log.Position);
                break;
            case WalSetEntryKind.LogFinding:
                Inspector.ProcessFinding(entry.Finding);
                Progress?.Report(entry.Log.Position);
                break;
            case WalSetEntryKind.OldRecord:
                BeginsOldRecords = Inspector.ProcessOldRecord(entry.OldRecord);
                Progress?.Report(entry.Log.Position);
                break;
            case WalSetEntryKind.DatabaseFinding when entry.Finding.Kind == FindingKind.Unreadable:
                var failure = new InputFailure(entry.Finding, _inputs);
                _failures.Add(failure);
                FlushOutput?.Invoke();
                _console.Say(failure.ToString());
                break;
            case WalSetEntryKind.FileEnd:
                Inspector.ProcessEnd(entry.Log);
                Progress?.EndFile(entry.Log.Position);
                break;
        }
    }
}
