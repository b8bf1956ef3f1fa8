using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Inputs;

/// <summary>
/// Reads the batches of one database's WALs in order. Findings, and WALs that cannot be read, are reported on standard error, and reading
/// continues after them.
/// </summary>
internal sealed class DatabaseBatches : IAsyncDisposable
{
    private const WalRecoveryMode Mode = WalRecoveryMode.SkipAnyCorruptedRecords;

    private readonly InputReader _reader;
    private readonly ToolConsole _console;
    private readonly NextLines _next = new();
    private readonly List<SequenceFinding> _sequenceFindings = [];
    private int _exitCode;
    private bool _hasStopped;

    private DatabaseBatches(
        InputReader reader, FamilyNames familyNames, SlotEncoding slots, ToolConsole console, WalSetInspectorOptions? options)
    {
        _reader = reader;
        _console = console;
        FamilyNames = familyNames;
        SlotEncoding = slots;
        EndSequence = options?.EndSequence ?? options?.StateSequence;
    }

    /// <summary>
    /// The sequence number after which the WALs are not read: reading ends before the first batch that begins with a greater one. Null to
    /// read all. By default, it is the end of what was asked of the WALs, so that what lies behind it has no findings and no exit code.
    /// </summary>
    public ulong? EndSequence { get; set; }

    /// <summary>The names of the database's column families.</summary>
    public FamilyNames FamilyNames { get; }

    /// <summary>Whether keys contain their slot, according to the user or to the WALs.</summary>
    public SlotEncoding SlotEncoding { get; }

    /// <summary>The options with which a keyspace reads the batches.</summary>
    public KeyspaceOptions Keyspace => new() { SlotEncoding = SlotEncoding, Families = FamilyNames.ForKvrocks };

    /// <summary>The WAL that is being read.</summary>
    public WalInput Input => _reader.Input;

    /// <summary>The current record. It is valid until the next move.</summary>
    public WalRecord Record => _reader.Entry.Record;

    /// <summary>The record's batch. It is valid until the next move.</summary>
    public WriteBatch Batch => _reader.Entry.Batch;

    /// <summary>The sequence number with which the next batch is expected to begin.</summary>
    public ulong Next => _reader.Entry.LikelyNextSequence;

    /// <summary>
    /// Whether the batch belongs to the state at <see cref="EndSequence"/>: it ends with that number or before it. A batch counts as a
    /// whole, because a server never shows a state within a batch.
    /// </summary>
    public bool IsOfState => !(Math.Max(Next, 1) - 1 > EndSequence);

    /// <summary>How the batch fails to continue the one before it, as the judge sees it; none if it continues it.</summary>
    public IReadOnlyList<SequenceFinding> SequenceFindings => _sequenceFindings;

    /// <summary>Whether sequence numbers are lost before the batch: they are missing, and nothing explains that.</summary>
    public bool IsAfterLoss => _sequenceFindings.Exists(finding => finding.Kind == FindingKind.SequenceGap);

    /// <summary>
    /// Whether the findings about sequence numbers are reported on standard error. If not, the caller shows <see cref="SequenceFindings"/>.
    /// </summary>
    public bool ReportsSequenceFindings { get; set; } = true;

    /// <summary>Called with each batch when it is read.</summary>
    public Action<WriteBatch>? Read { get; set; }

    /// <summary>The exit code that follows from what was read so far.</summary>
    public int ExitCode => Math.Max(_exitCode, _reader.ExitCode);

    /// <summary>Opens the batches of any database.</summary>
    /// <param name="inputs">The WALs, of one database.</param>
    /// <param name="console">The console to report to.</param>
    /// <param name="cancellationToken">Cancels every wait for input.</param>
    public static Task<DatabaseBatches> OpenAsync(WalInputs inputs, ToolConsole console, CancellationToken cancellationToken) =>
        OpenAsync(inputs, SlotEncoding.Unknown, console, progress: null, options: null, cancellationToken);

    /// <summary>
    /// Opens the batches of a Kvrocks server. Looks ahead to find whether keys contain their slot, and reports the paths that name no WAL.
    /// </summary>
    /// <param name="inputs">The WALs, of one database.</param>
    /// <param name="slots">What the user says about slots.</param>
    /// <param name="console">The console to report to.</param>
    /// <param name="showsProgress">Whether the progress is shown.</param>
    /// <param name="cancellationToken">Cancels every wait for input.</param>
    /// <param name="options">What is asked of the WALs; null to ask nothing in particular.</param>
    public static async Task<DatabaseBatches> OpenKvrocksAsync(
        WalInputs inputs,
        SlotEncoding slots,
        ToolConsole console,
        bool showsProgress,
        CancellationToken cancellationToken,
        WalSetInspectorOptions? options = null)
    {
        int exitCode = Math.Max(inputs.ReportFindings(console), inputs.ReportFailures(console));
        SlotEncoding found = await SlotDetection.DetectAsync(slots, inputs, cancellationToken);
        ProgressLine? progress = showsProgress ? new ProgressLine(console, isWanted: true, inputs.TotalSize) : null;
        DatabaseBatches batches = await OpenAsync(inputs, found, console, progress, options, cancellationToken);
        batches._exitCode = exitCode;
        return batches;
    }

    /// <summary>
    /// Whether the WALs lack the sequence number at which reading was asked to begin, as far as they were read. It was reported.
    /// </summary>
    public bool IsStartMissing => _reader.Inspector.IsStartMissing;

    /// <summary>Whether the WALs begin after the first sequence number of the database, so that keys may be incomplete.</summary>
    public bool BeginsLater { get; private set; }

    /// <summary>
    /// Whether sequence numbers are missing between the batches so far, whatever explains it: what had them is not in the WALs.
    /// </summary>
    public bool HasGap { get; private set; }

    /// <summary>Sets the sequence number at which reading is to begin, before the first batch is read.</summary>
    public void BeginAt(ulong sequence) => _reader.Inspector.BeginAt(sequence);

    /// <summary>Moves to the next batch. Returns false after the last one, which is the last one up to <see cref="EndSequence"/>.</summary>
    public async ValueTask<bool> MoveNextAsync()
    {
        _sequenceFindings.Clear();
        while (!_hasStopped && await _reader.MoveNextAsync())
        {
            ReportFindings();
            if (_reader.Entry.Kind == WalSetEntryKind.Record && _reader.Entry.Batch.HasValidHeader)
            {
                if (Batch.Sequence > EndSequence)
                {
                    Stop();
                    return false;
                }

                Read?.Invoke(Batch);
                return true;
            }
        }

        Stop(isComplete: true);
        return false;
    }

    /// <summary>Reports what is known of the last batch, and of the end of the WALs if they were read to it.</summary>
    /// <param name="isComplete">Whether all WALs were read.</param>
    public void Stop(bool isComplete = false)
    {
        if (!_hasStopped)
        {
            _hasStopped = true;
            _reader.End(isComplete);
            ReportFindings();
            _next.SayAll(_console);
        }
    }

    /// <summary>
    /// Reads the batches behind <see cref="EndSequence"/> for <see cref="Read"/> alone. What is wrong with them is not reported, because it
    /// does not belong to what was asked of the WALs.
    /// </summary>
    public async ValueTask ReadOnAsync()
    {
        Stop();
        while (await _reader.MoveNextAsync())
        {
            if (_reader.Entry.Kind == WalSetEntryKind.Record && _reader.Entry.Batch.HasValidHeader)
            {
                Read?.Invoke(Batch);
            }
        }
    }

    /// <summary>Removes the progress from the terminal, so that the output can follow.</summary>
    public void EndProgress() => _reader.Progress?.Clear();

    public ValueTask DisposeAsync()
    {
        Stop();
        _reader.Progress?.Dispose();
        return _reader.DisposeAsync();
    }

    private static async Task<DatabaseBatches> OpenAsync(
        WalInputs inputs,
        SlotEncoding slots,
        ToolConsole console,
        ProgressLine? progress,
        WalSetInspectorOptions? options,
        CancellationToken cancellationToken)
    {
        ColumnFamilies families = await ColumnFamilies.ReadAsync(inputs, console, cancellationToken);
        bool hasInputs = inputs.All.Count > 0;
        var set = new InputSet(
            inputs.All,
            Mode,
            hasInputs ? families.WholeDatabaseOf(inputs.All) : inputs.Emptied.Count > 0 ? inputs.Emptied[0] : null,
            console,
            families.ManifestOf(inputs.All),
            inputs.AreNamedByPath);
        var reader = new InputReader(set, console, cancellationToken, options) { Progress = progress };
        return new DatabaseBatches(reader, hasInputs ? families[inputs.All[0]] : FamilyNames.None, slots, console, options);
    }

    private void ReportFindings()
    {
        while (_reader.TryTakeFinding(out Finding? finding))
        {
            BeginsLater |= finding.Kind == FindingKind.LogsBeginLater;
            _next.Add(finding);
            if (finding is SequenceFinding ofSequence)
            {
                _sequenceFindings.Add(ofSequence);
                HasGap |= ofSequence.Missing > 0;
                if (!ReportsSequenceFindings)
                {
                    continue;
                }
            }

            _console.Say(FindingText.Of(finding, _reader.LabelOf(finding)));
        }
    }
}
