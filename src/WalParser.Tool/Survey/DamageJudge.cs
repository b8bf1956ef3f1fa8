using WalParser.Framing;

namespace WalParser.Tool.Survey;

/// <summary>
/// Decides what of a reader's findings is damage: the one judgement behind every exit code. A recycled log ends in what is
/// left of its earlier life, where a reader may meet torn fragments and old records. That is its ordinary end, the stale
/// tail, as long as no live record follows.
/// </summary>
internal sealed class DamageJudge(WalRecoveryMode mode)
{
    /// <summary>What looks stale, until a live record shows that it is not.</summary>
    private readonly DamageList _suspects = new();

    private long _suspectsStart;
    private long _lastRecordEnd;
    private bool _hasDamageBehindLastRecord;
    private bool _isAtOldRecord;

    /// <summary>The damage.</summary>
    public DamageList Damages { get; } = new();

    /// <summary>Where the stale tail starts, if there is one. Known at the end of the log.</summary>
    public long? StaleTailOffset { get; private set; }

    /// <summary>Whether the log was recycled, or is made to be: something intact in it carries a log number. Known at the end.</summary>
    public bool IsRecycled { get; private set; }

    /// <summary>Offset behind the last record.</summary>
    public long LastRecordEnd => _lastRecordEnd;

    /// <summary>A live record was read.</summary>
    public void TakeRecord(long endOffset)
    {
        // Live records do not follow a stale tail: what was met before this one is damage among them.
        Damages.TakeFrom(_suspects);
        _lastRecordEnd = endOffset;
        _hasDamageBehindLastRecord = false;
        _isAtOldRecord = false;
    }

    /// <summary>The record's batch turned out to be damaged.</summary>
    public void TakeBatchDamage(Damage damage) => Damages.Add(damage);

    /// <summary>The reader reports a corruption.</summary>
    public void TakeCorruption(WalCorruption corruption)
    {
        var damage = new Damage(corruption.Offset, corruption.Bytes, corruption.Reason, corruption.Note);
        if (corruption.LooksStale)
        {
            Suspect(damage);
        }
        else
        {
            Convict(damage);
        }

        _isAtOldRecord = false;
    }

    /// <summary>The damage that a fragment is whose log number alone makes it look old.</summary>
    public static Damage DamageOf(OldRecord damagedLive) =>
        new(damagedLive.Offset, damagedLive.Bytes, "log number damaged: the fragment belongs to this log");

    /// <summary>The reader met a fragment of another log. True if it is the first of a run.</summary>
    public bool TakeOldRecord(OldRecord old)
    {
        if (old.IsDamagedLive)
        {
            Convict(DamageOf(old));
            _isAtOldRecord = false;
            return false;
        }

        if (_isAtOldRecord)
        {
            return false;
        }

        _isAtOldRecord = true;
        Suspect(new Damage(old.Offset, old.Bytes, $"fragment of log {old.LogNumber} among live records"));
        return true;
    }

    /// <summary>The log is at its end.</summary>
    public void TakeEnd(WalReader reader)
    {
        if (reader.End is { } end && FindingAtEnd(end) is { } finding)
        {
            if (end.LooksStale && end.Reason != WalEndReason.OldRecord)
            {
                Suspect(finding);
            }
            else
            {
                Convict(finding);
            }
        }

        IsRecycled = reader.IsRecycled;
        if (_suspects.Count > 0)
        {
            if (IsRecycled)
            {
                StaleTailOffset = _suspectsStart;
            }
            else
            {
                // Nothing intact shows that the log was ever recycled: one flipped bit in a fragment's type looks the same.
                Damages.TakeFrom(_suspects);
            }
        }
    }

    /// <summary>
    /// The torn end, unless the mode is one that has reported it already. A record that an old one cuts off is torn as well.
    /// </summary>
    private Damage? FindingAtEnd(WalEnd end)
    {
        if (mode is WalRecoveryMode.AbsoluteConsistency or WalRecoveryMode.PointInTimeRecovery)
        {
            return null;
        }

        WalCorruptionKind? kind = end.Reason switch
        {
            WalEndReason.TruncatedHeader => WalCorruptionKind.TruncatedHeader,
            WalEndReason.TruncatedBody => WalCorruptionKind.TruncatedBody,
            WalEndReason.IncompleteRecord => WalCorruptionKind.EndOfFileInRecord,
            WalEndReason.CorruptedTail => WalCorruptionKind.ChecksumMismatch,
            WalEndReason.OldRecord when end.Bytes > 0 => WalCorruptionKind.OldRecordInRecord,
            _ => null,
        };
        return kind is { } known
            ? new Damage(end.Offset, end.Bytes, new WalCorruption { Kind = known }.Reason)
            : null;
    }

    private void Suspect(Damage damage)
    {
        if (_suspects.Count == 0)
        {
            _suspectsStart = _hasDamageBehindLastRecord ? damage.Offset : _lastRecordEnd;
        }

        _suspects.Add(damage);
    }

    private void Convict(Damage damage)
    {
        _hasDamageBehindLastRecord = true;
        Damages.Add(damage);
    }
}
