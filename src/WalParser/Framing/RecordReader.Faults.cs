using System.Runtime.CompilerServices;
using WalParser.Findings;

namespace WalParser.Framing;

/// <content>Damage and the end of the log.</content>
internal sealed partial class RecordReader
{
    private bool ReportsTornEnd =>
        _options.RecoveryMode is WalRecoveryMode.AbsoluteConsistency or WalRecoveryMode.PointInTimeRecovery;

    // Zeros that were skipped since the last fragment. Whether they are damage shows in what follows them.
    private long _zerosOffset;
    private long _zeroBytes;
    private bool _zerosLookStale;

    /// <summary>The offset of the zeros that were skipped since the last fragment; the position if there are none.</summary>
    public long ZerosOffset => _zeroBytes > 0 ? _zerosOffset : EndOffset;

    private void ProcessFault(FragmentReader.Outcome outcome)
    {
        if (outcome is not (FragmentReader.Outcome.Zeros or FragmentReader.Outcome.TruncatedHeader or FragmentReader.Outcome.EndOfFile))
        {
            ReportZeros();
        }

        switch (outcome)
        {
            case FragmentReader.Outcome.Zeros:
                LoseRecordToFault();
                ProcessZeros();
                break;

            case FragmentReader.Outcome.UnexpectedRecyclable:
                ReportFault(
                    FindingKind.UnexpectedRecyclableRecord,
                    _emulation is null ? "where RocksDB since 9.4 loops forever if it reads on to here" : null);
                LoseRecordToFault();
                break;

            case FragmentReader.Outcome.OldRecord:
                ProcessOldRecord();
                break;

            case FragmentReader.Outcome.BadLength when _fragments.IsLastBlock:
                if (ReportsTornEnd)
                {
                    ReportFault(FindingKind.TruncatedBody);
                }

                Finish(WalEndReason.TruncatedBody, _fragments.Offset, _fragments.Dropped);
                break;

            case FragmentReader.Outcome.BadLength or FragmentReader.Outcome.BadChecksum:
                if (_fragments.IsRecycled && _options.RecoveryMode == WalRecoveryMode.TolerateCorruptedTailRecords)
                {
                    Finish(WalEndReason.CorruptedTail, _fragments.Offset, _fragments.Dropped);
                    break;
                }

                ReportFault(outcome == FragmentReader.Outcome.BadLength
                    ? FindingKind.BadRecordLength
                    : FindingKind.ChecksumMismatch);
                LoseRecordToFault();
                break;

            case FragmentReader.Outcome.TruncatedHeader or FragmentReader.Outcome.EndOfFile:
                ProcessEndOfFile(outcome == FragmentReader.Outcome.TruncatedHeader);
                break;
        }
    }

    /// <summary>
    /// Remembers the zeros that were skipped. A recycled log pads a block with up to 10 zeros, which are too few for its headers.
    /// </summary>
    private void ProcessZeros()
    {
        if (_fragments.Dropped < FragmentReader.RecyclableHeaderSize && !_fragments.IsLastBlock && !_fragments.HidesBytes)
        {
            return;
        }

        AddZeros();
        if (_fragments.HidesBytes)
        {
            ReportZeros();
        }
    }

    private void AddZeros()
    {
        if (_zeroBytes == 0)
        {
            _zerosOffset = _fragments.Offset;
            _zerosLookStale = _fragments.LooksStale;
        }

        _zeroBytes += _fragments.Dropped;
    }

    /// <summary>
    /// Returns whether the zeros before the current fragment are padding: the fragment did not fit into the rest of the block before it.
    /// </summary>
    private bool IsAfterPadding()
    {
        FragmentType type = _fragments.Type;
        int header = FragmentReader.IsRecyclable(type) ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize;
        return FragmentReader.MayFollowPadding(type)
            && _zerosOffset + _zeroBytes == _fragments.Offset
            && _zeroBytes < header + _fragments.PayloadLength;
    }

    /// <summary>Reports the zeros before the current fragment, which are in the place of fragments that were written.</summary>
    private void ReportZeros()
    {
        if (_zeroBytes > 0)
        {
            Report(new Finding
            {
                File = _options.FileName,
                Offset = _zerosOffset,
                Bytes = _zeroBytes,
                Kind = FindingKind.ZerosInPlaceOfFragment,
                LooksStale = _zerosLookStale,
            });
            _zeroBytes = 0;
        }
    }

    private void ProcessOldRecord()
    {
        OldRecord = new OldRecord(
            _fragments.Offset, _fragments.Dropped, _fragments.OldLogNumber, _fragments.OldIsIntact, _fragments.OldIsDamagedLive);
        if (_options.RecoveryMode == WalRecoveryMode.SkipAnyCorruptedRecords)
        {
            LoseRecordToFault();
            Follow(WalEntryKind.OldRecord);
        }
        else if (_isInRecord)
        {
            if (ReportsTornEnd)
            {
                Report(FindingKind.OldRecordInRecord, _recordOffset, _collected.Length);
            }

            Finish(WalEndReason.OldRecord, _recordOffset, _collected.Length);
        }
        else
        {
            Finish(WalEndReason.OldRecord, _fragments.Offset, 0);
            Follow(WalEntryKind.OldRecord);
        }
    }

    private void ProcessEndOfFile(bool hasTornHeader)
    {
        if (hasTornHeader && ReportsTornEnd)
        {
            // RocksDB does not check whether the bytes are zeros.
            ReportFault(FindingKind.TruncatedHeader);
        }

        if (hasTornHeader && _fragments.EndsInZeros)
        {
            hasTornHeader = false;
            AddZeros();
        }

        if (_isInRecord)
        {
            if (ReportsTornEnd)
            {
                Report(FindingKind.EndOfFileInRecord, _recordOffset, _collected.Length);
            }

            Finish(WalEndReason.IncompleteRecord, _recordOffset, _collected.Length);
        }
        else
        {
            Finish(
                hasTornHeader ? WalEndReason.TruncatedHeader : WalEndReason.EndOfFile,
                _fragments.Offset,
                hasTornHeader ? _fragments.Dropped : 0);
        }
    }

    private void LoseRecordToFault() => LoseRecordToFault(_collected.Length);

    private void LoseRecordToFault(int collected)
    {
        if (_isInRecord)
        {
            Report(FindingKind.ErrorInMiddleOfRecord, _recordOffset, collected);
        }

        LoseRecord();
    }

    private void Finish(WalEndReason reason, long offset, long bytes)
    {
        if (InputDamage is not null)
        {
            Report(new Finding
            {
                File = _options.FileName,
                Offset = EndOffset,
                Kind = IsInputTooLarge ? FindingKind.CopyTooLarge : FindingKind.DamagedCopy,
                Reason = IsInputTooLarge ? InputDamage : FindingTable.DamagedCopy(InputDamage),
            });
        }

        bool looksStale = reason switch
        {
            WalEndReason.TruncatedBody or WalEndReason.CorruptedTail => _fragments.LooksStale,
            WalEndReason.TruncatedHeader => _fragments.IsRecycled,
            WalEndReason.OldRecord => true,
            _ => false,
        };
        End = new WalEnd(reason, offset, bytes, looksStale);
        _hasEnded = true;
        _hasPending = true;
    }

    private void ReportFault(ControlRecords.Fault? fault)
    {
        if (fault is { } found)
        {
            Report(found.Kind, _fragments.Offset, found.Bytes, found.Detail);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReportFault(FindingKind kind, string? detail = null) => Report(new Finding
    {
        File = _options.FileName,
        Offset = _fragments.Offset,
        Bytes = _fragments.Dropped,
        Kind = kind,
        LooksStale = _fragments.LooksStale,
        Detail = detail,
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Report(FindingKind kind, long offset, long bytes, string? detail = null) => Report(new Finding
    {
        File = _options.FileName,
        Offset = offset,
        Bytes = bytes,
        Kind = kind,
        Detail = detail,
    });

    private void Report(Finding finding)
    {
        _reports.Enqueue(finding);
        _hasPending = true;
    }

    /// <summary>Delivers a record or an old record after the reports.</summary>
    private void Follow(WalEntryKind kind)
    {
        _next = kind;
        _hasPending = true;
    }
}
