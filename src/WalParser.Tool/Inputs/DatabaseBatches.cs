using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Keys;
using WalParser.Tool.Output;
using WalParser.WalSets;

namespace WalParser.Tool.Inputs;

/// <summary>The batches of one database's logs, in order. What is damaged or cannot be read is told on standard error, and reading goes on behind it.</summary>
internal sealed class DatabaseBatches : IAsyncDisposable
{
    private const WalRecoveryMode Mode = WalRecoveryMode.PointInTimeRecovery;

    private readonly Dictionary<WalFile, WalInput> _inputs = [];
    private readonly WalSetReader _reader;
    private readonly ToolConsole _console;
    private readonly ProgressLine? _progress;
    private LogInspector _judge = new(Mode);

    private DatabaseBatches(IReadOnlyList<WalInput> inputs, ColumnFamilies families, ToolConsole console, SlotEncoding slots, ProgressLine? progress)
    {
        List<WalFile> files = [];
        foreach (WalInput input in inputs)
        {
            WalFile file = input.ToWalFile(console);
            _inputs.Add(file, input);
            files.Add(file);
        }

        int maxRecordSize = inputs.Count > 0 ? inputs[0].MaxRecordSize : WalReaderOptions.DefaultMaxRecordSize;
        var options = new WalSetOptions { Mode = Mode, MaxRecordSize = maxRecordSize };
        _reader = new WalSet(files, options, inputs.Count > 0 ? families.WholeDatabaseOf(inputs) : null).OpenReader();
        FamilyNames = inputs.Count > 0 ? families[inputs[0]] : FamilyNames.None;
        _console = console;
        SlotEncoding = slots;
        _progress = progress;
    }

    /// <summary>The names of the database's column families.</summary>
    public FamilyNames FamilyNames { get; }

    /// <summary>Whether keys carry their slot, as the user says or the logs show.</summary>
    public SlotEncoding SlotEncoding { get; }

    /// <summary>How a Kvrocks server's keyspace reads the batches.</summary>
    public KeyspaceOptions Keyspace => new() { SlotEncoding = SlotEncoding, Families = FamilyNames.ForKvrocks };

    /// <summary>The log that is being read.</summary>
    public WalInput Input => _inputs[_reader.File];

    /// <summary>The record at which it stands; valid until the next move.</summary>
    public WalRecord Record => _reader.Record;

    /// <summary>The record's batch; valid until the next move.</summary>
    public WriteBatch Batch => _reader.Batch;

    /// <summary>The number with which the next batch goes on, as far as that can be known.</summary>
    public ulong Next => _reader.LikelyNextSequence;

    /// <summary>How the batch fails to continue the one before; null if it does.</summary>
    public SequenceFinding? Break { get; private set; }

    /// <summary>What the reading so far makes a command return.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Goes to before the first batch of logs of which nothing need be known.</summary>
    /// <param name="inputs">The logs, of one database.</param>
    /// <param name="console">Where to tell what is wrong.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<DatabaseBatches> OpenAsync(WalInputs inputs, ToolConsole console, CancellationToken cancellationToken) =>
        new(inputs.All, await ColumnFamilies.ReadAsync(inputs, console, cancellationToken), console, SlotEncoding.Unknown, progress: null);

    /// <summary>
    /// Goes to before the first batch of a Kvrocks server's logs, once it was looked ahead whether keys carry their slot. Tells which paths mean no log.
    /// </summary>
    /// <param name="inputs">The logs, of one database.</param>
    /// <param name="slots">What the user says of slots.</param>
    /// <param name="console">Where to tell what is wrong.</param>
    /// <param name="showsProgress">Whether the user is to see how far it has come.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<DatabaseBatches> OpenKvrocksAsync(
        WalInputs inputs, SlotEncoding slots, ToolConsole console, bool showsProgress, CancellationToken cancellationToken)
    {
        foreach (InputFailure failure in inputs.Failures)
        {
            console.Say(failure.ToString());
        }

        SlotEncoding found = await SlotSurvey.DetectAsync(slots, inputs, cancellationToken);
        ProgressLine? progress = showsProgress ? new ProgressLine(console, isWanted: true, inputs.TotalSize) : null;
        ColumnFamilies families = await ColumnFamilies.ReadAsync(inputs, console, cancellationToken);
        return new DatabaseBatches(inputs.All, families, console, found, progress)
        {
            ExitCode = inputs.Failures.Count > 0 ? Tool.ExitCode.Failure : Tool.ExitCode.Clean,
        };
    }

    /// <summary>Moves to the next batch; false behind the last.</summary>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        Break = null;
        while (await _reader.ReadAsync(cancellationToken))
        {
            switch (_reader.Kind)
            {
                case WalSetEntryKind.FileStart:
                    _judge = new LogInspector(Mode);
                    _progress?.BeginFile(Input.Label);
                    break;
                case WalSetEntryKind.Record:
                    if (TakeRecord())
                    {
                        return true;
                    }

                    break;
                case WalSetEntryKind.Corruption:
                    _judge.ProcessCorruption(_reader.Corruption);
                    break;
                case WalSetEntryKind.OldRecord:
                    _judge.ProcessOldRecord(_reader.OldRecord);
                    break;
                case WalSetEntryKind.Break:
                    Break = _reader.Break;
                    Tell(Tool.ExitCode.Damage, $"{Input.Label}, offset {Break.Offset}: {Break.Reason}");
                    break;
                case WalSetEntryKind.Problem:
                    TellProblem(_reader.Problem);
                    break;
                case WalSetEntryKind.FileEnd:
                    EndFile();
                    break;
            }
        }

        return false;
    }

    /// <summary>Nothing is shown any more of how far it has come: the output follows.</summary>
    public void EndProgress() => _progress?.Clear();

    public ValueTask DisposeAsync()
    {
        _progress?.Dispose();
        return _reader.DisposeAsync();
    }

    private bool TakeRecord()
    {
        WalRecord record = _reader.Record;
        _judge.ProcessRecord(record.EndOffset);
        _progress?.Report(_reader.Log.Position);
        if (LogInspector.TryFindDamage(record, _reader.BatchCorruption, out Finding? damage))
        {
            _judge.ProcessBatchDamage(damage);
        }

        return _reader.Batch.HasValidHeader;
    }

    private void EndFile()
    {
        _judge.ProcessEnd(_reader.Log);
        _progress?.EndFile(_reader.Log.Position);
        foreach (Finding damage in _judge.Damage.Kept)
        {
            Tell(Tool.ExitCode.Damage, $"{Input.Label}: {FindingText.Of(damage)}");
        }
    }

    private void TellProblem(Finding problem)
    {
        if (problem.Kind == FindingKind.Unreadable)
        {
            Tell(Tool.ExitCode.Failure, new InputFailure(problem, _inputs.Values).ToString());
        }
        else
        {
            Tell(Tool.ExitCode.Damage, problem.ToString());
        }
    }

    private void Tell(int exitCode, string message)
    {
        ExitCode = Math.Max(ExitCode, exitCode);
        _console.Say(message);
    }
}
