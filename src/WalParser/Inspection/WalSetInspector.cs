using System.Diagnostics.CodeAnalysis;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.WalSets;

namespace WalParser.Inspection;

/// <summary>
/// Decides which findings a set of WALs has, while any code reads it: the one judge of all commands. Give it the reader after each read,
/// and call <see cref="End"/> after the last one; take the findings that are decided with <see cref="TryDequeue"/> at any time.
/// <code>
/// var inspector = new WalSetInspector(set);
/// await using WalSetReader reader = set.OpenReader();
/// while (await reader.ReadAsync())
/// {
///     inspector.Process(reader);
///     …
/// }
///
/// inspector.End();
/// while (inspector.TryDequeue(out Finding? finding)) …
/// </code>
/// Findings about the folder come first, those about a log in the order of the log; whether something is damage or belongs to the stale
/// tail of a recycled log shows later. Two readers of the same set in the same mode get the same findings. Not thread-safe.
/// </summary>
public sealed class WalSetInspector
{
    private readonly Queue<Finding> _decided = new();
    private readonly WalRecoveryMode _mode;
    private readonly SequenceJudge _sequences;
    private readonly StartCheck _start;
    private readonly TransactionJudge _transactions = new();
    private readonly RecycledLogs _recycled;

    // Null in the recovery view, which reports by itself what RocksDB does not take.
    private readonly BatchRules? _rules;
    private readonly OptionsCheck? _options;

    // Findings about the last batch. They are decided with the next entry, because a reader of everything shows the operations of the batch
    // first.
    private readonly List<Finding> _ofBatch = [];
    private string? _file;

    /// <summary>Creates an inspector of a set.</summary>
    /// <param name="set">The set.</param>
    /// <param name="options">The options; null for the defaults.</param>
    public WalSetInspector(WalSet set, WalSetInspectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        options ??= new WalSetInspectorOptions();
        _mode = options.Mode;
        _start = new StartCheck(options);
        _rules = options.IsRecovery ? null : new BatchRules(set.Folder?.Manifest);
        _options = options.IsRecovery ? null : new OptionsCheck(set.Folder);
        _sequences = new SequenceJudge(set.Folder);
        _recycled = new RecycledLogs(set);
        Log = NewLog();
        foreach (Finding finding in set.Folder?.Findings ?? [])
        {
            Decide(finding);
        }
    }

    /// <summary>The offset of the stale tail of the log that was read last, in bytes; null if there is none. Known at its end.</summary>
    public long? StaleTailOffset => Log.StaleTailOffset;

    /// <summary>
    /// Whether the set lacks the sequence number at which reading was asked to begin, so that it is not known what the first batches
    /// change. Known at the first batch that ends after that number, and at the end.
    /// </summary>
    public bool IsStartMissing => _start.IsMissing;

    /// <summary>Whether the current entry is an old record that follows something else than an old record.</summary>
    public bool BeginsOldRecords => Log.BeginsOldRecords;

    /// <summary>The inspection of the current log.</summary>
    internal LogInspector Log { get; private set; }

    /// <summary>
    /// Sets <see cref="WalSetInspectorOptions.StartSequence"/> where it is known only after the inspector was created. Call it before the
    /// first batch is processed.
    /// </summary>
    /// <param name="sequence">The sequence number with which the wanted part begins.</param>
    public void BeginAt(ulong sequence) => _start.BeginAt(sequence);

    /// <summary>Processes the entry that a reader of the set has read.</summary>
    /// <param name="reader">The reader.</param>
    public void Process(WalSetReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        Process(reader.Entry);
    }

    /// <summary>Processes an entry that a reader of the set has read.</summary>
    /// <param name="entry">The entry.</param>
    public void Process(WalSetEntry entry)
    {
        DecideOfBatch();
        switch (entry.Kind)
        {
            case WalSetEntryKind.FileStart:
                _file = entry.File.Name;
                Log = NewLog();
                _sequences.BeginFile(entry.File);
                break;
            case WalSetEntryKind.Record:
                ProcessRecord(entry);
                break;
            case WalSetEntryKind.LogFinding:
                _sequences.ProcessFault(isDamage: !entry.Finding.LooksStale);
                Log.ProcessFinding(entry.Finding);
                break;
            case WalSetEntryKind.OldRecord:
                _sequences.ProcessFault(isDamage: false);
                Log.ProcessOldRecord(entry.OldRecord);
                break;
            case WalSetEntryKind.SequenceFinding:
                foreach (SequenceFinding judged in _sequences.Judge(entry.SequenceFinding, entry.Log))
                {
                    _start.ProcessGap(judged);
                    Decide(judged);
                }

                break;
            case WalSetEntryKind.DatabaseFinding:
                Decide(entry.Finding);
                break;
            case WalSetEntryKind.FileEnd:
                Log.ProcessEnd(entry.Log);
                _recycled.EndLog(entry.File, hasRecords: Log.Records > 0);
                _sequences.EndFile(entry.Log, isStale: Log.StaleTailOffset == Log.LastRecordEnd);
                break;
        }
    }

    /// <summary>Ends the set.</summary>
    /// <param name="isComplete">Whether all of the set was read; if not, nothing is said about its end.</param>
    public void End(bool isComplete = true)
    {
        DecideOfBatch();
        if (isComplete)
        {
            DecideIfAny(_start.End(_sequences.First, _sequences.Next));
            DecideIfAny(_sequences.JudgeEnd());
        }
    }

    /// <summary>Removes and returns the next finding that is decided. Returns false if there is none yet.</summary>
    /// <param name="finding">Receives the finding.</param>
    public bool TryDequeue([NotNullWhen(true)] out Finding? finding) => _decided.TryDequeue(out finding);

    private LogInspector NewLog() => new(_mode, _recycled, DecideInLog);

    private void ProcessRecord(in WalSetEntry entry)
    {
        if (LogInspector.TryFindDamage(entry.Record, entry.BatchFinding, out Finding? damage))
        {
            _ofBatch.Add(damage);
            _sequences.ProcessFault();
        }
        else
        {
            DecideIfAny(_start.Process(entry, isFirst: _sequences.First is null, _sequences.HasDamageBeforeFirst));
            _sequences.ProcessBatch(entry.Batch, entry.LikelyNextSequence);
            WalRecord record = entry.Record;

            // The reader of the set reports timestamp sizes that do not agree, once a log.
            if (_rules?.RefusalOf(record.Payload, record.TimestampSizes, entry.MayBeRefused, entry.LikelyNextSequence)
                is { Kind: not FindingKind.TimestampSizeMismatch } refusal)
            {
                _ofBatch.Add(refusal with { Offset = record.Offset, FirstSequence = entry.Batch.Sequence });
            }

            _ofBatch.AddRange(_options?.Process(entry) ?? []);
        }

        Log.ProcessRecord(entry.Record.EndOffset);
        _ofBatch.AddRange(_transactions.Process(entry));
    }

    private void DecideIfAny(Finding? finding)
    {
        if (finding is not null)
        {
            Decide(finding);
        }
    }

    private void DecideOfBatch()
    {
        foreach (Finding finding in _ofBatch)
        {
            DecideInLog(finding);
        }

        _ofBatch.Clear();
    }

    private void DecideInLog(Finding finding) => Decide(finding.File == _file ? finding : finding with { File = _file });

    private void Decide(Finding finding) => _decided.Enqueue(finding);
}
