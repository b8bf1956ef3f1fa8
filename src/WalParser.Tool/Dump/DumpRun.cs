using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.Kvrocks.Decoding;
using WalParser.Recovery;
using WalParser.Tool.Inputs;
using WalParser.Tool.Output;
using WalParser.Tool.Transactions;
using WalParser.Transactions;
using WalParser.WalSets;

namespace WalParser.Tool.Dump;

/// <summary>Reads the logs of one database after the other and has shown what passes the filter, up to the limit.</summary>
internal sealed class DumpRun(ToolConsole console, IDumpWriter writer, ColumnFamilies families, FamilyChoice choice, DumpOptions options)
{
    // A hostile log may name any number of them; a database has some ten.
    private const int MaxUnknownFamilies = 100;

    private readonly FolderTransactions _transactions = new();
    private readonly HashSet<uint> _unknownFamilies = [];
    private WalInput? _input;
    private OperationFilter _filter = new();
    private LogInspector? _judge;
    private TransactionAssembler? _assembler;
    private long _records;
    private long _unshownCommits;
    private long _left = options.Limit ?? long.MaxValue;
    private int _exitCode = ExitCode.Clean;

    /// <summary>Dumps the logs, and returns the exit code.</summary>
    public async Task<int> DumpAsync(WalInputs inputs, ProgressLine progress, CancellationToken cancellationToken)
    {
        foreach (InputFailure failure in inputs.Failures)
        {
            Say(failure.ToString(), ExitCode.Failure);
        }

        foreach (IGrouping<string, WalInput> folder in inputs.All.GroupBy(input => input.Folder))
        {
            if (_left == 0)
            {
                break;
            }

            List<WalInput> ofFolder = [.. folder];
            Dictionary<WalFile, WalInput> byFile = ofFolder.ToDictionary(input => input.ToWalFile(console));
            var setOptions = new WalSetOptions { Mode = options.Mode ?? WalRecoveryMode.PointInTimeRecovery, MaxRecordSize = ofFolder[0].MaxRecordSize };
            var set = new WalSet(byFile.Keys, setOptions, families.WholeDatabaseOf(ofFolder));
            RecoveryReader? recovery = options.IsRecovery ? RecoveryReader.Open(set, options.Mode) : null;
            await using WalSetReader reader = recovery ?? set.OpenReader();
            var source = new Source(reader.ReadAllAsync(cancellationToken), file => byFile.GetValueOrDefault(file) ?? OtherCopyOf(file, ofFolder))
            {
                Inputs = ofFolder,
                Mode = recovery?.Mode ?? setOptions.Mode,
                Recovery = recovery,
                Progress = progress,
            };
            await DumpAsync(source, cancellationToken);
        }

        return End();
    }

    /// <summary>Dumps a set of logs and what is written behind it, until the limit is reached or it is cancelled. Returns the exit code.</summary>
    public async Task<int> FollowAsync(WalSet set, FollowOptions follow, CancellationToken cancellationToken)
    {
        var source = new Source(set.FollowAsync(follow, cancellationToken), WalInput.Of)
        {
            Mode = options.Mode ?? WalRecoveryMode.PointInTimeRecovery,
            IsFollowed = true,
        };
        await DumpAsync(source, cancellationToken);
        return End();
    }

    /// <summary>Of a log that lies in the folder and in its archive, recovery reads not the one that the listing has but the one in the folder.</summary>
    private static WalInput OtherCopyOf(WalFile file, List<WalInput> inputs) =>
        inputs.First(input => input.LogNumber == file.LogNumber) with { Name = file.Name, Path = file.Path!, Listed = file };

    private async Task DumpAsync(Source source, CancellationToken cancellationToken)
    {
        IAsyncEnumerator<WalSetEntry> entries = source.Entries.GetAsyncEnumerator(cancellationToken);
        while (_left > 0)
        {
            ValueTask<bool> next = entries.MoveNextAsync();
            if (!next.IsCompleted)
            {
                // More is to come, perhaps much later: what there is so far is shown now. Should that fail, the enumerator is left as it
                // is: one that waits cannot be disposed.
                writer.Flush();
            }

            if (!await next)
            {
                break;
            }

            WalSetEntry entry = entries.Current;
            switch (entry.Kind)
            {
                case WalSetEntryKind.FileStart:
                    WalInput input = source.InputOf(entry.File);
                    if (source.IsFollowed)
                    {
                        // The MANIFEST may be another by now, or there was none before.
                        await families.RefreshAsync(input, cancellationToken);
                    }

                    BeginFile(input, source);
                    break;
                case WalSetEntryKind.FileEnd:
                    _judge!.ProcessEnd(entry.Log);
                    EndFile();
                    source.Progress?.EndFile(entry.Log.Position);
                    break;
                case WalSetEntryKind.Problem:
                    TakeProblem(entry.Problem, source.Inputs);
                    break;
                case WalSetEntryKind.Break:
                    // Where all that is there is shown, gaps speak for themselves; what is made of it must say where something is missing.
                    if (source.Recovery is not null || source.IsFollowed)
                    {
                        Say($"{entry.Break.File}, {entry.Break.Reason}", ExitCode.Clean);
                    }

                    break;
                case WalSetEntryKind.Record when source.IsFollowed && HasNewFamily(entry.Batch):
                    await families.RefreshAsync(_input!, cancellationToken);
                    UseFamilies(_input!);
                    DumpEntry(entry, source.Recovery);
                    break;
                default:
                    DumpEntry(entry, source.Recovery);
                    source.Progress?.Report(entry.Log.Position);
                    break;
            }
        }

        EndFile();
        await entries.DisposeAsync();
    }

    private void BeginFile(WalInput input, Source source)
    {
        EndFile();
        _input = input;
        _unknownFamilies.Clear();
        source.Progress?.BeginFile(input.Label);
        _judge = new LogInspector(source.Mode);
        _assembler = options.IsCommittedOnly ? _transactions.BeginFile(input, input.Name) : null;
        _records = 0;
        writer.BeginFile(input, families[input]);
        options.Blobs?.BeginFile(input);
        UseFamilies(input);
    }

    private void UseFamilies(WalInput input)
    {
        _filter = options.Filter with { ColumnFamilies = choice.IdsIn(families[input]) };
        options.Decoders?.BeginFile(input, families[input]);
    }

    /// <summary>Whether a batch is the first of its log that names some column family of which no name is known.</summary>
    private bool HasNewFamily(WriteBatch batch)
    {
        FamilyNames names = families[_input!];
        bool isNew = false;
        foreach (WriteBatchOperation operation in batch)
        {
            isNew |= operation.HasKey && names.NameOf(operation.ColumnFamily) is null
                && _unknownFamilies.Count < MaxUnknownFamilies && _unknownFamilies.Add(operation.ColumnFamily);
        }

        return isNew;
    }

    private void EndFile()
    {
        if (_judge is { } judge)
        {
            writer.EndFile(_records, judge.StaleTailOffset);
            _exitCode = Math.Max(_exitCode, judge.Damage.Count > 0 ? ExitCode.Damage : ExitCode.Clean);
            _judge = null;
        }
    }

    private void DumpEntry(in WalSetEntry entry, RecoveryReader? recovery)
    {
        LogInspector judge = _judge!;
        switch (entry.Kind)
        {
            case WalSetEntryKind.Record:
                _records++;
                judge.ProcessRecord(entry.Record.EndOffset);
                if (_assembler is null)
                {
                    DumpRecord(entry, judge, recovery);
                }
                else
                {
                    DumpCommitted(entry, _assembler, judge, recovery);
                }

                break;
            case WalSetEntryKind.Corruption:
                judge.ProcessCorruption(entry.Corruption);
                WriteCorruption(entry.Corruption);
                break;
            case WalSetEntryKind.OldRecord when entry.OldRecord.IsDamagedLive:
                judge.ProcessOldRecord(entry.OldRecord);
                writer.WriteCorruption(LogInspector.DamageOf(entry.OldRecord), looksStale: false);
                break;
            case WalSetEntryKind.OldRecord when judge.ProcessOldRecord(entry.OldRecord):
                writer.WriteOldRecord(entry.OldRecord);
                break;
        }
    }

    private void DumpRecord(in WalSetEntry entry, LogInspector judge, RecoveryReader? recovery)
    {
        WalRecord record = entry.Record;
        WriteBatch batch = entry.Batch;
        bool isShown = !_filter.IsActive;
        if (isShown)
        {
            writer.WriteRecord(record, batch);
        }

        KvrocksDecoder? decoder = options.Decoders?.Current;
        decoder?.BeginBatch(batch);
        foreach (WriteBatchOperation operation in batch)
        {
            // All are decoded, as log data says something of what follows it.
            DecodedOperation item = decoder is null ? default : decoder.Decode(operation);
            if (!_filter.Matches(operation) || !IsReplayed(operation, recovery))
            {
                continue;
            }

            if (!isShown)
            {
                isShown = true;
                writer.WriteRecord(record, batch);
            }

            writer.WriteOperation(operation, null, options.Blobs, item);
            if (--_left == 0)
            {
                return;
            }
        }

        TakeBatchDamage(record, batch, judge);
    }

    private void DumpCommitted(in WalSetEntry entry, TransactionAssembler assembler, LogInspector judge, RecoveryReader? recovery)
    {
        WalRecord record = entry.Record;
        WriteBatch batch = entry.Batch;
        bool isShown = false;
        KvrocksDecoder? decoder = options.Decoders?.Current;
        decoder?.BeginBatch(batch);
        foreach (CommittedOperation committed in assembler.Process(ref batch, record.Offset))
        {
            WriteBatchOperation operation = committed.Operation;
            DecodedOperation item = decoder is null ? default : decoder.Decode(operation);
            if (!_filter.Matches(operation) || !IsReplayed(operation, recovery))
            {
                continue;
            }

            if (!isShown)
            {
                isShown = true;
                writer.WriteRecord(record, batch);
            }

            writer.WriteOperation(operation, committed.Transaction, options.Blobs, item);
            if (--_left == 0)
            {
                return;
            }
        }

        _unshownCommits += assembler.Ended.Count(transaction => transaction is { Outcome: TransactionOutcome.Committed, Begin: null });
        TakeBatchDamage(record, batch, judge);
        foreach (TransactionFinding problem in assembler.Problems)
        {
            Finding damage = TransactionDamage.Of(problem);
            judge.ProcessBatchDamage(damage);
            writer.WriteCorruption(damage, looksStale: false);
        }
    }

    private static bool IsReplayed(in WriteBatchOperation operation, RecoveryReader? recovery) =>
        recovery is null || !operation.HasKey || recovery.IsReplayed(operation.ColumnFamily);

    private void TakeBatchDamage(in WalRecord record, in WriteBatch batch, LogInspector judge)
    {
        if (LogInspector.TryFindDamage(record, batch.Corruption, out Finding? damage))
        {
            judge.ProcessBatchDamage(damage);
            writer.WriteCorruption(damage, looksStale: false);
        }
    }

    private void WriteCorruption(Finding corruption) =>
        writer.WriteCorruption(corruption, corruption.LooksStale);

    private void TakeProblem(Finding problem, IReadOnlyList<WalInput> inputs)
    {
        if (problem.Kind == FindingKind.Unreadable)
        {
            // Nothing is said of the end of a log that was not reached.
            _judge = null;
            Say(new InputFailure(problem, inputs).ToString(), ExitCode.Failure);
            return;
        }

        Say(problem.ToString(), problem.Kind switch
        {
            FindingKind.TruncatedWal or FindingKind.ReplacedWal => ExitCode.Failure,
            FindingKind.ObsoleteWal or FindingKind.RecoveryResumed => ExitCode.Clean,
            _ => ExitCode.Damage,
        });
    }

    /// <summary>A line on standard error, behind what was shown so far.</summary>
    private void Say(string message, int exitCode)
    {
        writer.Flush();
        console.Say(message);
        _exitCode = Math.Max(_exitCode, exitCode);
    }

    private int End()
    {
        writer.Flush();
        SayWhatIsNotShown();
        _exitCode = Math.Max(_exitCode, SlotSurvey.TellTurned(console, options.Decoders?.HasSlotEncodingTurned == true));
        return Math.Max(_exitCode, options.Blobs?.DamageCount > 0 ? ExitCode.Damage : ExitCode.Clean);
    }

    /// <summary>Behind the limit, nothing is known of what is left.</summary>
    private void SayWhatIsNotShown()
    {
        long left = _left == 0 ? 0 : _transactions.All.Sum(assembler => (long)assembler.PreparedCount);
        if (left > 0)
        {
            console.Say(ReportText.Count(left, "transaction was", "transactions were") + " left prepared and not shown");
        }

        if (_unshownCommits > 0)
        {
            console.Say(ReportText.Count(_unshownCommits, "transaction was", "transactions were")
                + " committed but prepared in a log that was not read, and could not be shown");
        }
    }

    /// <summary>What is dumped.</summary>
    /// <param name="Entries">All that there is, in order.</param>
    /// <param name="InputOf">The input that a log is.</param>
    private sealed record Source(IAsyncEnumerable<WalSetEntry> Entries, Func<WalFile, WalInput> InputOf)
    {
        /// <summary>The logs, if they are known beforehand.</summary>
        public IReadOnlyList<WalInput> Inputs { get; init; } = [];

        /// <summary>The mode in which they are read.</summary>
        public required WalRecoveryMode Mode { get; init; }

        /// <summary>What reads them, if only what RocksDB would replay is shown.</summary>
        public RecoveryReader? Recovery { get; init; }

        /// <summary>Whether it goes on with what is being written.</summary>
        public bool IsFollowed { get; init; }

        /// <summary>Is told how far it has come; null if nobody is to see that.</summary>
        public ProgressLine? Progress { get; init; }
    }
}
