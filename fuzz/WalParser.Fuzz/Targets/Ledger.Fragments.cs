using WalParser.Findings;

namespace WalParser.Fuzz.Targets;

/// <content>The processing of each fragment that is intact.</content>
internal sealed partial class Ledger
{
    // Whether something was decompressed since the last record, and so a frame perhaps begun.
    private bool _isInFrame;

    private void ProcessFragment(FragmentHeader header, ReadOnlySpan<byte> payload)
    {
        if (_records.Remove(_position, out LogReading.Record record))
        {
            if (header.IsControl)
            {
                // A control record within a record: the fragments before it are dropped, and the record begins here.
                ProcessControl(header, payload);
                WalkRecord(record, _position + header.Size, 0);
            }
            else
            {
                Demand(header.IsWhole || header.IsFirst, "a record begins with a fragment that is not its first", _position);
                EndLost(
                    header.IsWhole ? FindingKind.PartialRecordBeforeFull : FindingKind.PartialRecordBeforeFirst,
                    isReported: true);
                WalkRecord(record, _position, 0);
            }

            _position = record.EndOffset - header.Size; // The caller continues after the fragment.
            _isOverflowing = false;
            return;
        }

        _isInFrame |= !header.IsControl;
        if (header.IsFirst || header.IsWhole)
        {
            EndLost(
                header.IsWhole ? FindingKind.PartialRecordBeforeFull : FindingKind.PartialRecordBeforeFirst, isReported: true);
            _isOverflowing = false;
            if (MatchReport(_position, FindingKind.RecordTooLarge, null, header.IsWhole ? true : null))
            {
                _isOverflowing = header.IsFirst;
                return;
            }

            _lostSince = _position;
            _lostPayload = payload.Length;
        }
        else if (header.IsOfRecord)
        {
            ProcessContinuation(header, payload);
        }
        else if (header.IsControl)
        {
            bool isInRecord = _lostSince >= 0;
            ProcessControl(header, payload);
            _lostSince = isInRecord ? _position : -1;
        }
        else
        {
            if (_isCompressed && MatchReport(_position, FindingKind.RecordTooLarge, null, isExpected: null))
            {
                EndLostByFault();
            }
            else
            {
                long lost = payload.Length + (_lostSince >= 0 ? _lostPayload : 0);
                MatchReport(_position, KindOfUnknown((byte)header.Type), _isCompressed ? null : lost, isExpected: true);
            }

            _lostSince = -1;
            _isOverflowing = false;
        }
    }

    /// <summary>
    /// Returns the kind of finding about an unknown type: those with bit 7 are to be ignored, and RocksDB uses 132 to 137 itself.
    /// </summary>
    private static FindingKind KindOfUnknown(byte type) => type switch
    {
        < 0x80 => FindingKind.UnknownRecordType,
        >= 132 and <= 137 => FindingKind.CollidingRecordType,
        _ => FindingKind.IgnoredRecordType,
    };

    private void ProcessContinuation(FragmentHeader header, ReadOnlySpan<byte> payload)
    {
        if (_lostSince >= 0)
        {
            _lostPayload += payload.Length;
            if (MatchReport(_lostSince, FindingKind.RecordTooLarge, null, header.IsLast ? true : null))
            {
                _lostSince = -1;
                _isOverflowing = !header.IsLast;
            }
        }
        else if (!_isOverflowing)
        {
            if (_isCompressed && MatchReport(_position, FindingKind.RecordTooLarge, null, isExpected: null))
            {
                _isOverflowing = !header.IsLast;
                return;
            }

            FindingKind kind = header.IsLast ? FindingKind.MissingStartAtLast : FindingKind.MissingStartAtMiddle;
            MatchReport(_position, kind, _isCompressed ? null : payload.Length, isExpected: true);
        }
        else
        {
            _isOverflowing = !header.IsLast;
        }
    }

    /// <summary>
    /// Checks that the fragments of a delivered record, from the given position on, have the bytes of the record, and that their number is
    /// correct.
    /// </summary>
    private void WalkRecord(LogReading.Record record, long position, int fragments)
    {
        using var stored = new MemoryStream();
        while (position < record.EndOffset)
        {
            int left = (int)Math.Min(FragmentHeader.BlockSize - (position % FragmentHeader.BlockSize), _log.Length - position);
            ReadOnlySpan<byte> rest = _log.AsSpan((int)position, left);
            if (!FragmentHeader.TryRead(rest, out FragmentHeader header))
            {
                position += left;
                continue;
            }

            Demand(header.Fits(rest) && header.IsIntact(rest) && header.IsOfRecord, "a delivered record is damaged", position);
            fragments++;
            _hasRecyclable |= header.IsRecyclable;
            _logNumber = header.IsRecyclable ? header.LogNumber : _logNumber;
            stored.Write(rest[header.HeaderSize..header.Size]);
            position += header.Size;
        }

        Demand(position == record.EndOffset && fragments == record.Fragments, "the fragment count of a record is wrong", record.Offset);
        _hasRecord = true;
        Demand(IsContent(record.Payload, stored.ToArray()), "the bytes of a record differ from its fragments", record.Offset);
    }

    /// <summary>
    /// Returns true if the payload is the content of the fragments, decompressed if necessary. RocksDB does not reset its decompressor
    /// between records: after a frame that was not read to its end, the next record continues that frame.
    /// </summary>
    private bool IsContent(byte[] payload, ReadOnlySpan<byte> stored)
    {
        if (!_isCompressed)
        {
            return stored.SequenceEqual(payload);
        }

        if (_isInFrame)
        {
            _isInFrame = false;
            return true;
        }

        return PackageDecompressor.IsContentOf(stored, payload);
    }

    /// <summary>Ends a record whose collected fragments are lost because of damage.</summary>
    private void EndLostByFault()
    {
        EndLost(FindingKind.ErrorInMiddleOfRecord, isReported: true, isAlsoIfEmpty: true);
        _isOverflowing = false;
    }

    private void EndLost(FindingKind kind, bool? isReported, bool isAlsoIfEmpty = false)
    {
        if (_lostSince >= 0)
        {
            // The collected size of a compressed record is not known here.
            bool? expected = isReported != true ? isReported : _lostPayload > 0 || isAlsoIfEmpty ? (_isCompressed ? null : true) : false;
            MatchReport(_lostSince, kind, _isCompressed ? null : _lostPayload, expected);
        }

        _lostSince = -1;
        _lostPayload = 0;
    }
}
