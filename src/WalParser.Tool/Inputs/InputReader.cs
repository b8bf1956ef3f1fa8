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
/// progress, lets the library decide on the findings, and reports the WALs that cannot be read on standard error.
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
    private readonly ToolConsole _console;

    // Null if the set is being written: its WALs are not known in advance.
    private readonly InputSet? _set;
    private readonly CancellationToken _cancellationToken;
    private readonly List<InputFailure> _failures = [];
    private WalInput? _input;
    private bool _isWaiting;
    private bool _hasEnded;

    /// <summary>Creates a reader of all entries of a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="console">The console to report to.</param>
    /// <param name="cancellationToken">Cancels every wait for input.</param>
    /// <param name="options">What is asked of the set; null to ask nothing in particular. The mode is that of the set.</param>
    public InputReader(
        InputSet set, ToolConsole console, CancellationToken cancellationToken, WalSetInspectorOptions? options = null)
        : this(set, set.Wals.OpenReader(), (options ?? new WalSetInspectorOptions()) with { Mode = set.Mode }, console, cancellationToken)
    {
    }

    /// <summary>Creates a reader of the entries that another reader of the set returns.</summary>
    /// <param name="set">The set.</param>
    /// <param name="reader">The reader of the set. It is disposed together with this one.</param>
    /// <param name="options">What is asked of the set, and the recovery mode in which that reader reads.</param>
    /// <param name="console">The console to report to.</param>
    /// <param name="cancellationToken">Cancels every wait for input.</param>
    public InputReader(
        InputSet set, WalSetReader reader, WalSetInspectorOptions options, ToolConsole console, CancellationToken cancellationToken)
        : this(set.InputOf, new WalSetInspector(set.Wals, options), console)
    {
        _set = set;
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
        : this(
            file => WalInput.Of(file, set.Folder),
            new WalSetInspector(set, new WalSetInspectorOptions
            {
                Mode = mode,
                StartSequence = options.Start.Sequence,
                ReadsFromBeginning = !options.Start.IsEnd,
            }),
            console) => _entries = set.FollowAsync(options, cancellationToken).GetAsyncEnumerator(cancellationToken);

    private InputReader(Func<WalFile, WalInput> inputOf, WalSetInspector inspector, ToolConsole console)
    {
        _inputOf = inputOf;
        _console = console;
        Inspector = inspector;
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

    /// <summary>Decides on the findings.</summary>
    public WalSetInspector Inspector { get; }

    /// <summary>The WALs and files that could not be read.</summary>
    public IReadOnlyList<InputFailure> Failures => _failures;

    /// <summary>The exit code that follows from the findings that were taken.</summary>
    public int ExitCode { get; private set; }

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

    /// <summary>
    /// Ends the reading, so that the findings about the last batch and, if all was read, about the end of the set can be taken. Entries that
    /// are read afterwards have no findings.
    /// </summary>
    /// <param name="isComplete">Whether all of the set was read.</param>
    public void End(bool isComplete)
    {
        Inspector.End(isComplete);
        _hasEnded = true;
    }

    /// <summary>
    /// Removes and returns the next finding that is decided. Its file has the name that all output has; see <see cref="InputSet.Named"/>.
    /// Files that cannot be read are not returned: they are reported on standard error.
    /// </summary>
    /// <param name="finding">Receives the finding.</param>
    /// <returns>Whether there is a finding.</returns>
    public bool TryTakeFinding([NotNullWhen(true)] out Finding? finding)
    {
        while (Inspector.TryDequeue(out finding))
        {
            ExitCode = Math.Max(ExitCode, Tool.ExitCode.Of(finding));
            if (finding.Kind != FindingKind.Unreadable)
            {
                finding = _set?.Named(finding) ?? finding;
                return true;
            }

            Report(finding);
        }

        return false;
    }

    /// <summary>Returns the name for people of the file of a finding that was taken.</summary>
    public string? LabelOf(Finding finding) => _input?.ReportedName == finding.File ? _input?.Label : finding.File;

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
        if (!_hasEnded)
        {
            Inspector.Process(entry);
        }

        switch (entry.Kind)
        {
            case WalSetEntryKind.FileStart:
                _input = _inputOf(entry.File);
                Progress?.BeginFile(_input.Label);
                break;
            case WalSetEntryKind.Record or WalSetEntryKind.LogFinding or WalSetEntryKind.OldRecord:
                Progress?.Report(entry.Log.Position);
                break;
            case WalSetEntryKind.FileEnd:
                Progress?.EndFile(entry.Log.Position);
                break;
        }
    }

    /// <summary>Reports a file that cannot be read.</summary>
    private void Report(Finding finding)
    {
        InputFailure failure = _set?.FailureOf(finding) ?? new InputFailure(finding, []);
        _failures.Add(failure);
        FlushOutput?.Invoke();
        _console.Say(failure.ToString());
    }
}
