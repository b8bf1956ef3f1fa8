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

/// <summary>Reads the WALs database by database and writes what passes the filter, up to the limit.</summary>
internal sealed class DumpRun(ToolConsole console, IDumpWriter writer, ColumnFamilies families, FamilyChoice choice, DumpOptions options)
{
    // A hostile WAL may name any number of families. A database has about ten.
    private const int MaxUnknownFamilies = 100;

    private readonly WalRecoveryMode _mode = options.Mode ?? WalRecoveryMode.SkipAnyCorruptedRecords;
    private readonly FolderTransactions _transactions = new() { ReturnsRestoredValues = options.IsRecovery, KeepsOperations = true };
    private readonly HashSet<uint> _unknownFamilies = [];
    private readonly HashSet<(string? File, string Reason)> _toldOfFiles = [];
    private OperationFilter _filter = new();
    private readonly NextLines _next = new(options.IsRecovery ? "'walparser dump' with a recovery mode" : null);
    private bool _isInFile;
    private long? _staleTailOffset;
    private TransactionAssembler? _assembler;

    /// <summary>The reader that knows what RocksDB would replay; null to dump everything.</summary>
    private RecoveryReader? _recovery;

    private bool _isRecordShown;
    private long _records;
    private long _unshownCommits;
    private long _left = options.Limit ?? long.MaxValue;
    private int _exitCode = ExitCode.Clean;

    /// <summary>Dumps the WALs, and returns the exit code.</summary>
    public async Task<int> DumpAsync(WalInputs inputs, ProgressLine progress, CancellationToken cancellationToken)
    {
        writer.Flush();
        DatabaseFolder[] withoutWals = options.IsRecovery
            ? [.. inputs.Databases.Where(folder => folder.Wals.Count == 0 && folder.Manifest is not null)]
            : [.. inputs.Emptied];
        _exitCode = inputs.ReportFailures(console, except: withoutWals);
        foreach (Finding finding in inputs.Findings)
        {
            _exitCode = Math.Max(_exitCode, ExitCode.Of(finding));
            _next.Add(finding);
            if (writer.WritesAllFindings)
            {
                writer.WriteFinding(finding);
            }
            else
            {
                Say(FindingText.Of(finding));
            }
        }

        foreach (InputSet set in InputSet.AllOf(inputs, _mode, families, withoutWals, console).TakeWhile(_ => _left > 0))
        {
            _recovery = options.IsRecovery ? RecoveryReader.Open(set.Wals, options.Mode, options.Release) : null;
            WalSetReader reader = _recovery ?? set.Wals.OpenReader();
            var asked = new WalSetInspectorOptions
            {
                Mode = _recovery?.Mode ?? _mode,
                IsRecovery = _recovery is not null,
                StartSequence = options.Filter.FromSequence,
                EndSequence = options.Filter.ToSequence,
            };
            await using var entries = new InputReader(set, reader, asked, console, cancellationToken)
            {
                Progress = progress,
                FlushOutput = writer.Flush,
            };
            await DumpAsync(entries, isFollowed: false, cancellationToken);
        }

        return End();
    }

    /// <summary>
    /// Dumps a set of WALs and what is appended to it, until the limit is reached or the reading is cancelled, and returns the exit code.
    /// </summary>
    public async Task<int> FollowAsync(WalSet set, FollowOptions follow, CancellationToken cancellationToken)
    {
        await using var entries = new InputReader(set, _mode, follow, console, cancellationToken) { FlushOutput = writer.Flush };
        await DumpAsync(entries, isFollowed: true, cancellationToken);
        return End();
    }

    /// <param name="entries">The entries to dump.</param>
    /// <param name="isFollowed">Whether the WALs are being written.</param>
    /// <param name="cancellationToken">Cancels every wait for input.</param>
    private async Task DumpAsync(InputReader entries, bool isFollowed, CancellationToken cancellationToken)
    {
        bool hasEntry = true;

        // The result of recovery is known at its end, also if the limit is reached before.
        while ((_left > 0 || _recovery is not null) && (hasEntry = await entries.MoveNextAsync()))
        {
            WalSetEntryKind kind = entries.Entry.Kind;
            if (isFollowed && (kind == WalSetEntryKind.FileStart || (kind == WalSetEntryKind.Record && HasNewFamily(entries))))
            {
                // The database may have a new MANIFEST, or its first one.
                await families.RefreshAsync(entries.Input, cancellationToken);
                UseFamilies(entries.Input);
            }

            if (kind == WalSetEntryKind.FileStart)
            {
                BeginFile(entries);
            }

            WriteFindings(entries);
            switch (kind)
            {
                case WalSetEntryKind.FileEnd:
                    _staleTailOffset = entries.Inspector.StaleTailOffset;
                    if (_recovery is null)
                    {
                        EndFile();
                    }

                    break;
                case WalSetEntryKind.DatabaseFinding when entries.Entry.Finding.Kind == FindingKind.Unreadable:
                    // The end of the WAL was not reached, so nothing is written about it.
                    _isInFile = false;
                    break;
                case WalSetEntryKind.Record:
                    _records++;
                    DumpRecord(entries);
                    break;
                case WalSetEntryKind.OldRecord when entries.Inspector.BeginsOldRecords:
                    writer.WriteOldRecord(entries.Entry.OldRecord);
                    break;
            }
        }

        entries.End(isComplete: !hasEntry && _recovery is null && !isFollowed);
        WriteFindings(entries);
        if (_recovery is not null)
        {
            writer.WriteRecovery(_recovery.Result);
            if (!_isInFile)
            {
                // No WAL is open: the result is followed by an end all the same.
                writer.EndFile(records: 0, staleTailOffset: null);
            }
        }

        EndFile();
        _exitCode = Math.Max(_exitCode, entries.ExitCode);
    }

    private void BeginFile(InputReader entries)
    {
        EndFile();
        WalInput input = entries.Input;
        _unknownFamilies.Clear();
        _isInFile = true;
        _staleTailOffset = null;
        _assembler = options.IsCommittedOnly ? _transactions.BeginFile(input, input.ReportedName) : null;
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

    /// <summary>Returns true if the batch is the first of its WAL that refers to a column family without a known name.</summary>
    private bool HasNewFamily(InputReader entries)
    {
        FamilyNames names = families[entries.Input];
        bool isNew = false;
        foreach (WriteBatchOperation operation in entries.Entry.Batch)
        {
            isNew |= operation.HasKey && names.NameOf(operation.ColumnFamily) is null
                && _unknownFamilies.Count < MaxUnknownFamilies && _unknownFamilies.Add(operation.ColumnFamily);
        }

        return isNew;
    }

    /// <summary>
    /// Ends the WAL. In a dump of what RocksDB replays, its end is written where the next WAL begins: the result of recovery comes before
    /// the last end.
    /// </summary>
    private void EndFile()
    {
        if (_isInFile)
        {
            writer.EndFile(_records, _staleTailOffset);
            _isInFile = false;
        }
    }

    /// <summary>Writes the findings that are decided: those about the WAL into the dump, the others where the format has room.</summary>
    private void WriteFindings(InputReader entries)
    {
        while (entries.TryTakeFinding(out Finding? finding))
        {
            WriteFinding(finding, entries);
        }
    }

    private void WriteFinding(Finding finding, InputReader entries)
    {
        _next.Add(finding);
        if (IsTold(finding))
        {
            return;
        }

        if (writer.WritesAllFindings || (_isInFile && finding.File == entries.Input.ReportedName && !finding.IsAboutFile))
        {
            writer.WriteFinding(finding);
        }
        else
        {
            Say(FindingText.Of(finding, entries.LabelOf(finding)));
        }
    }

    /// <summary>
    /// Returns whether a finding about a file was shown before. RocksDB refuses for reasons that are findings of the database themselves;
    /// that it refuses is in the result of recovery.
    /// </summary>
    private bool IsTold(Finding finding)
    {
        if (finding.Kind == FindingKind.OpenRefused)
        {
            int end = finding.Reason.LastIndexOf("; ", StringComparison.Ordinal);
            return end > 0 && _toldOfFiles.Contains((finding.File, finding.Reason[..end]));
        }

        if (_recovery is not null && (finding.IsAboutFile || finding.IsAboutManifest))
        {
            _toldOfFiles.Add((finding.File, finding.Reason));
        }

        return false;
    }

    private void DumpRecord(InputReader entries)
    {
        if (_left == 0)
        {
            return;
        }

        WalSetEntry entry = entries.Entry;
        WriteBatch batch = entry.Batch;
        _isRecordShown = false;
        options.Decoders?.Current!.BeginBatch(batch);
        if (_assembler is not null)
        {
            DumpCommitted(entries, _assembler, ref batch);
            return;
        }

        if (!_filter.IsActive)
        {
            ShowRecord(entry);
        }

        foreach (WriteBatchOperation operation in batch)
        {
            if (!TryDump(operation, transaction: null, entry))
            {
                return;
            }
        }
    }

    private void DumpCommitted(InputReader entries, TransactionAssembler assembler, ref WriteBatch batch)
    {
        WalSetEntry entry = entries.Entry;
        foreach (CommittedOperation committed in assembler.Process(ref batch, entry.Record.Offset))
        {
            if (!TryDump(committed.Operation, committed.Transaction, entry))
            {
                return;
            }
        }

        // The judge of all commands stores no operations, so it does not know that these are too many.
        foreach (Finding finding in assembler.Findings.Where(finding => finding.Kind == FindingKind.TransactionTooLarge))
        {
            _exitCode = Math.Max(_exitCode, ExitCode.Of(finding));
            WriteFinding(finding, entries);
        }

        _unshownCommits += assembler.Ended.Count(transaction => transaction is { Outcome: TransactionOutcome.Committed, Begin: null });
    }

    /// <summary>Writes an operation if the filter lets it pass. Returns false once the limit is reached.</summary>
    private bool TryDump(in WriteBatchOperation operation, Transaction? transaction, in WalSetEntry entry)
    {
        // Every operation is decoded, because log data describes the operations that follow it.
        KvrocksDecoder? decoder = options.Decoders?.Current;
        DecodedOperation item = decoder is null ? default : decoder.Decode(operation);
        bool isReplayed = _recovery is null || !operation.HasKey || _recovery.IsReplayed(operation.ColumnFamily);
        if (!_filter.Matches(operation) || !isReplayed)
        {
            return true;
        }

        if (!_isRecordShown)
        {
            ShowRecord(entry);
        }

        writer.WriteOperation(operation, transaction, options.Blobs, item);
        return --_left > 0;
    }

    private void ShowRecord(in WalSetEntry entry)
    {
        _isRecordShown = true;
        writer.WriteRecord(entry.Record, entry.Batch);
    }

    /// <summary>Writes a line to standard error, after the output so far.</summary>
    private void Say(string message)
    {
        writer.Flush();
        console.Say(message);
    }

    private int End()
    {
        writer.Flush();
        if (!writer.WritesAllFindings)
        {
            // Where all findings are in the output, each has its advice.
            _next.SayAll(console);
        }

        ReportUnshownTransactions();
        _exitCode = Math.Max(_exitCode, SlotDetection.ReportTurned(console, options.Decoders?.HasSlotEncodingTurned == true));
        return Math.Max(_exitCode, options.Blobs?.DamageCount > 0 ? ExitCode.Damage : ExitCode.Clean);
    }

    /// <summary>Reports the transactions that are not shown. After the limit was reached, it is not known which remain.</summary>
    private void ReportUnshownTransactions()
    {
        long left = _left == 0 ? 0 : _transactions.All.Sum(assembler => (long)assembler.PreparedCount);
        if (left > 0)
        {
            console.Say(ReportText.Count(left, "transaction was", "transactions were") + " left prepared and not shown");
        }

        if (_unshownCommits > 0)
        {
            console.Say(ReportText.Count(_unshownCommits, "transaction was", "transactions were")
                + " committed but prepared in a log that was not read, and cannot be shown");
        }
    }
}
