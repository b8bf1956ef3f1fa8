using System.Diagnostics.CodeAnalysis;
using WalParser.Batches;
using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Inspection;

/// <summary>
/// Decides which findings of a log are damage, while any code reads the log. A recycled log ends with what is left over from its earlier
/// use, where a reader may find torn fragments and old records. That is its ordinary end, the stale tail, as long as no live record
/// follows. Call a member for each entry that the reader returns, in order, and <see cref="ProcessEnd"/> after the last one. Not
/// thread-safe.
/// </summary>
/// <param name="mode">The recovery mode in which the log is read.</param>
public sealed class LogInspector(WalRecoveryMode mode)
{
    /// <summary>Findings that look stale, until a live record shows that they are damage.</summary>
    private readonly FindingList _stale = new();

    private long _staleStart;
    private long _lastRecordEnd;
    private bool _hasDamageAfterLastRecord;
    private bool _isAtOldRecord;

    /// <summary>The findings that are damage, so far.</summary>
    public FindingList Damage { get; } = new();

    /// <summary>The offset of the stale tail, in bytes; null if there is none. Known at the end of the log.</summary>
    public long? StaleTailOffset { get; private set; }

    /// <summary>
    /// Whether the log was recycled, or was written to be recycled: an intact fragment of it carries a log number. Known at the end of the
    /// log.
    /// </summary>
    public bool IsRecycled { get; private set; }

    /// <summary>The offset after the last record, in bytes.</summary>
    public long LastRecordEnd => _lastRecordEnd;

    /// <summary>Returns the finding for a fragment that is live although its log number is not the log's.</summary>
    /// <param name="damagedLive">The fragment; its <see cref="OldRecord.IsDamagedLive"/> is true.</param>
    public static Finding DamageOf(OldRecord damagedLive) =>
        new() { Kind = FindingKind.DamagedLogNumber, Offset = damagedLive.Offset, Bytes = damagedLive.Bytes };

    /// <summary>
    /// Finds the damage to the batch in a record: what the enumeration of its operations found, or a sequence number that no database has.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="batchFinding">The result of the enumeration; null if it found nothing.</param>
    /// <param name="damage">The damage, with the offset of the record in the log.</param>
    /// <returns>True if the batch is damaged.</returns>
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
        Damage.MoveFrom(_stale);
        _lastRecordEnd = endOffset;
        _hasDamageAfterLastRecord = false;
        _isAtOldRecord = false;
    }

    /// <summary>Processes damage to the batch in the last record.</summary>
    /// <param name="damage">The damage.</param>
    public void ProcessBatchDamage(Finding damage) => Damage.Add(damage);

    /// <summary>Processes a finding of the reader about the framing of the log.</summary>
    /// <param name="finding">The finding.</param>
    public void ProcessFinding(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        if (finding.LooksStale)
        {
            AddStale(finding);
        }
        else
        {
            AddDamage(finding);
        }

        _isAtOldRecord = false;
    }

    /// <summary>Processes a fragment that carries the number of another log.</summary>
    /// <param name="old">The fragment.</param>
    /// <returns>True if it is the first one of a run of old records.</returns>
    public bool ProcessOldRecord(OldRecord old)
    {
        if (old.IsDamagedLive)
        {
            AddDamage(DamageOf(old));
            _isAtOldRecord = false;
            return false;
        }

        if (_isAtOldRecord)
        {
            return false;
        }

        _isAtOldRecord = true;
        AddStale(new Finding
        {
            Kind = FindingKind.OldRecordAmongLiveRecords,
            Offset = old.Offset,
            Bytes = old.Bytes,
            Reason = $"fragment of log {old.LogNumber} among live records",
        });
        return true;
    }

    /// <summary>Processes the end of the log.</summary>
    /// <param name="reader">The reader, after its last read.</param>
    public void ProcessEnd(WalReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (reader.End is { } end && FindingAtEnd(end) is { } finding)
        {
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
        if (_stale.Count > 0)
        {
            if (IsRecycled)
            {
                StaleTailOffset = _staleStart;
            }
            else
            {
                // No intact fragment shows that the log was recycled: one flipped bit in a fragment's type looks the same.
                Damage.MoveFrom(_stale);
            }
        }
    }

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
        if (_stale.Count == 0)
        {
            _staleStart = _hasDamageAfterLastRecord ? finding.Offset : _lastRecordEnd;
        }

        _stale.Add(finding);
    }

    private void AddDamage(Finding finding)
    {
        _hasDamageAfterLastRecord = true;
        Damage.Add(finding);
    }
}
