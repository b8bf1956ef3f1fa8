using System.Diagnostics.CodeAnalysis;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Inspection;

/// <summary>
/// Decides which findings of a log are damage, while any code reads the log. A recycled log ends with what is left over from its earlier
/// use, where a reader may find torn fragments and old records. That is its ordinary end, the stale tail, as long as no live record
/// follows. It is given each entry that the reader returns, in order, and the end.
/// </summary>
/// <param name="mode">The recovery mode in which the log is read.</param>
/// <param name="recycled">Decides whether the records of another log can be left over from an earlier use of the file.</param>
/// <param name="report">Receives each finding when it is decided, in the order of the log.</param>
internal sealed class LogInspector(WalRecoveryMode mode, RecycledLogs recycled, Action<Finding> report)
{
    // Findings that look stale, until a live record shows that they are damage. All are counted; the first are kept.
    private readonly List<Finding> _stale = [];
    private long _staleCount;
    private long _staleStart;

    private readonly ForeignRecords _foreign = new();
    private bool _hasDamageAfterLastRecord;
    private bool _isAtOldRecord;

    /// <summary>The offset of the stale tail, in bytes; null if there is none. Known at the end of the log.</summary>
    public long? StaleTailOffset { get; private set; }

    /// <summary>
    /// Whether the log was recycled, or was written to be recycled: an intact fragment of it carries a log number. Known at the end of the
    /// log.
    /// </summary>
    public bool IsRecycled { get; private set; }

    /// <summary>The number of live records.</summary>
    public long Records { get; private set; }

    /// <summary>The offset after the last record, in bytes.</summary>
    public long LastRecordEnd { get; private set; }

    /// <summary>Whether the current entry is an old record that follows something else than an old record.</summary>
    public bool BeginsOldRecords { get; private set; }

    /// <summary>
    /// Finds the damage to the batch in a record: what the enumeration of its operations found, or a sequence number that no database has.
    /// </summary>
    public static bool TryFindDamage(in WalRecord record, Finding? batchFinding, [NotNullWhen(true)] out Finding? damage)
    {
        ulong sequence = new WriteBatch(record).Sequence;
        damage = batchFinding is not null ? batchFinding with { Offset = record.Offset, FirstSequence = sequence }
            : sequence <= WriteBatch.MaxSequence ? null
            : FindingTable.SequenceTooLargeAt(sequence, record.Offset, record.Payload.Length);
        return damage is not null;
    }

    /// <summary>Processes a live record.</summary>
    /// <param name="endOffset">The offset after the record, in bytes.</param>
    public void ProcessRecord(long endOffset)
    {
        // Live records do not follow a stale tail: everything that was found before this record is damage among live records.
        DecideStale();
        _foreign.Decide(report);
        Records++;
        LastRecordEnd = endOffset;
        _hasDamageAfterLastRecord = false;
        _isAtOldRecord = false;
        BeginsOldRecords = false;
    }

    /// <summary>Processes a finding of the reader about the framing of the log.</summary>
    public void ProcessFinding(Finding finding)
    {
        BeginsOldRecords = false;
        _isAtOldRecord = false;
        if (finding.LooksStale)
        {
            AddStale(finding);
        }
        else
        {
            AddDamage(finding);
        }
    }

    /// <summary>Processes a fragment that carries the number of another log.</summary>
    public void ProcessOldRecord(OldRecord old)
    {
        BeginsOldRecords = false;
        if (old.IsDamagedLive)
        {
            _isAtOldRecord = false;
            if (old.IsIntact && Records == 0)
            {
                // If no record of this log follows, the whole file belongs to the other log.
                _foreign.Add(old);
            }
            else
            {
                AddDamage(DamageOf(old));
            }
        }
        else
        {
            _foreign.AddEarlier(old);
            if (_isAtOldRecord)
            {
                return;
            }

            _isAtOldRecord = true;
            BeginsOldRecords = true;
            AddStale(new Finding
            {
                Kind = FindingKind.OldRecordAmongLiveRecords,
                Offset = old.Offset,
                Bytes = old.Bytes,
                Reason = $"fragment of log {old.LogNumber} among live records",
            });
        }
    }

    /// <summary>Processes the end of the log.</summary>
    /// <param name="reader">The reader, after its last read.</param>
    public void ProcessEnd(WalReader reader)
    {
        BeginsOldRecords = false;
        if (reader.End is { } end && FindingAtEnd(end) is { } finding)
        {
            if (end.Reason == WalEndReason.TruncatedBody && reader.HidesFragmentAtEnd)
            {
                finding = finding with { Detail = "but bytes like an intact record follow it", Advice = FindingTable.Salvage };
            }

            if (end.LooksStale && end.Reason != WalEndReason.OldRecord)
            {
                AddStale(finding);
            }
            else
            {
                AddDamage(finding);
            }
        }

        IsRecycled = reader.IsRecycled;
        if (Records == 0 && _foreign.WholeLog(recycled, _hasDamageAfterLastRecord) is { } foreign)
        {
            StaleTailOffset = foreign.Kind == FindingKind.UnusedRecycledLog ? 0 : null;
            report(foreign);
            return;
        }

        _foreign.Decide(report);
        if (_staleCount > 0 && IsRecycled)
        {
            StaleTailOffset = _staleStart;
            report(new Finding { Kind = FindingKind.StaleTail, Offset = _staleStart, Detail = SizeOf(reader.Position - _staleStart) });
        }
        else
        {
            // No intact fragment shows that the log was recycled: one flipped bit in a fragment's type looks the same.
            DecideStale();
            ReportZeros(reader);
        }
    }

    /// <summary>Returns the finding for a fragment that cannot be left over from an earlier use of the file.</summary>
    internal static Finding DamageOf(OldRecord old) => old.IsIntact
        ? new Finding
        {
            Kind = FindingKind.RecordOfLaterLog,
            Offset = old.Offset,
            Bytes = old.Bytes,
            Reason = $"the fragment belongs to log {old.LogNumber}, which is later than this log",
        }
        : new Finding { Kind = FindingKind.DamagedLogNumber, Offset = old.Offset, Bytes = old.Bytes };

    /// <summary>Returns the finding about a log in which a reader has found only zeros up to its end; null for every other log.</summary>
    internal static Finding? OnlyZerosIn(WalReader reader) =>
        reader.FragmentCount == 0 && reader.ZerosOffset == 0 ? OnlyZeros(reader.Position) : null;

    /// <summary>Returns the finding about a log of a number of zeros, and nothing else; null for an empty log.</summary>
    internal static Finding? OnlyZeros(long zeros) =>
        zeros == 0 ? null : new Finding { Kind = FindingKind.OnlyZeros, Detail = SizeOf(zeros) };

    /// <summary>Reports the zeros at the end of a log in which nothing else follows the last record.</summary>
    private void ReportZeros(WalReader reader)
    {
        long zeros = reader.Position - reader.ZerosOffset;
        if (OnlyZerosIn(reader) is { } finding)
        {
            report(finding);
        }
        else if (zeros > 0)
        {
            report(new Finding { Kind = FindingKind.ZerosAtEnd, Offset = reader.ZerosOffset, Detail = SizeOf(zeros) });
        }
    }

    private static string SizeOf(long bytes) => bytes == 1 ? "1 byte" : $"{bytes} bytes";

    /// <summary>
    /// Returns the finding for a torn end, unless the mode has reported it already. A record that an old record cuts off is torn as well.
    /// </summary>
    private Finding? FindingAtEnd(WalEnd end)
    {
        if (mode is WalRecoveryMode.AbsoluteConsistency or WalRecoveryMode.PointInTimeRecovery)
        {
            return null;
        }

        FindingKind? kind = end.Reason switch
        {
            WalEndReason.TruncatedHeader => FindingKind.TruncatedHeader,
            WalEndReason.TruncatedBody => FindingKind.TruncatedBody,
            WalEndReason.IncompleteRecord => FindingKind.EndOfFileInRecord,
            WalEndReason.CorruptedTail => FindingKind.ChecksumMismatch,
            WalEndReason.OldRecord when end.Bytes > 0 => FindingKind.OldRecordInRecord,
            _ => null,
        };
        return kind is { } known ? new Finding { Kind = known, Offset = end.Offset, Bytes = end.Bytes } : null;
    }

    private void AddStale(Finding finding)
    {
        if (_staleCount++ == 0)
        {
            _staleStart = _hasDamageAfterLastRecord ? finding.Offset : LastRecordEnd;
        }

        if (_stale.Count < FindingList.Capacity)
        {
            _stale.Add(finding);
        }
    }

    private void AddDamage(Finding finding)
    {
        _hasDamageAfterLastRecord = true;
        report(finding);
    }

    /// <summary>Reports what looked stale as damage.</summary>
    private void DecideStale()
    {
        foreach (Finding finding in _stale)
        {
            report(finding with { LooksStale = false });
        }

        if (_staleCount > _stale.Count)
        {
            report(new Finding
            {
                Kind = FindingKind.OldRecordAmongLiveRecords,
                Offset = _stale[^1].Offset,
                Reason = $"{_staleCount - _stale.Count} more fragments of other logs or damaged fragments among live records",
            });
        }

        _stale.Clear();
        _staleCount = 0;
    }
}
