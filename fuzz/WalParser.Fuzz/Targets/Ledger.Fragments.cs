using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <content>What is done with each fragment that is whole.</content>
internal sealed partial class Ledger
{
    // Whether something was decompressed since the last record, and so a frame perhaps begun.
    private bool _isInFrame;

    private void TakeFragment(FragmentHeader header, ReadOnlySpan<byte> payload)
    {
        if (_records.Remove(_position, out LogReading.Record record))
        {
            if (header.IsControl)
            {
                // A control record inside a record: what came before it is dropped, and the record now begins here.
                TakeControl(header, payload);
                WalkRecord(record, _position + header.Size, 0);
            }
            else
            {
                Demand(header.IsWhole || header.IsFirst, "record begins in its middle", _position);
                EndLost(header.IsWhole ? WalCorruptionKind.PartialRecordBeforeFull : WalCorruptionKind.PartialRecordBeforeFirst, isReported: true);
                WalkRecord(record, _position, 0);
            }

            _position = record.EndOffset - header.Size; // The caller goes on behind the fragment.
            _isOverflowing = false;
            return;
        }

        _isInFrame |= !header.IsControl;
        if (header.IsFirst || header.IsWhole)
        {
            EndLost(header.IsWhole ? WalCorruptionKind.PartialRecordBeforeFull : WalCorruptionKind.PartialRecordBeforeFirst, isReported: true);
            _isOverflowing = false;
            if (TakeReport(_position, WalCorruptionKind.RecordTooLarge, null, header.IsWhole ? true : null))
            {
                _isOverflowing = header.IsFirst;
                return;
            }

            _lostSince = _position;
            _lostPayload = payload.Length;
        }
        else if (header.IsOfRecord)
        {
            TakeContinuation(header, payload);
        }
        else if (header.IsControl)
        {
            bool isInRecord = _lostSince >= 0;
            TakeControl(header, payload);
            _lostSince = isInRecord ? _position : -1;
        }
        else
        {
            if (_isCompressed && TakeReport(_position, WalCorruptionKind.RecordTooLarge, null, isExpected: null))
            {
                EndLostByFault();
            }
            else
            {
                long lost = payload.Length + (_lostSince >= 0 ? _lostPayload : 0);
                TakeReport(_position, WalCorruptionKind.UnknownRecordType, _isCompressed ? null : lost, isExpected: ((byte)header.Type & 0x80) == 0);
            }

            _lostSince = -1;
            _isOverflowing = false;
        }
    }

    private void TakeContinuation(FragmentHeader header, ReadOnlySpan<byte> payload)
    {
        if (_lostSince >= 0)
        {
            _lostPayload += payload.Length;
            if (TakeReport(_lostSince, WalCorruptionKind.RecordTooLarge, null, header.IsLast ? true : null))
            {
                _lostSince = -1;
                _isOverflowing = !header.IsLast;
            }
        }
        else if (!_isOverflowing)
        {
            if (_isCompressed && TakeReport(_position, WalCorruptionKind.RecordTooLarge, null, isExpected: null))
            {
                _isOverflowing = !header.IsLast;
                return;
            }

            WalCorruptionKind kind = header.IsLast ? WalCorruptionKind.MissingStartAtLast : WalCorruptionKind.MissingStartAtMiddle;
            TakeReport(_position, kind, _isCompressed ? null : payload.Length, isExpected: true);
        }
        else
        {
            _isOverflowing = !header.IsLast;
        }
    }

    /// <summary>The fragments of a delivered record, from one of them on, give its bytes, and there are as many as it says.</summary>
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

            Demand(header.Fits(rest) && header.IsIntact(rest) && header.IsOfRecord, "damage in a delivered record", position);
            fragments++;
            _hasRecyclable |= header.IsRecyclable;
            _logNumber = header.IsRecyclable ? header.LogNumber : _logNumber;
            stored.Write(rest[header.HeaderSize..header.Size]);
            position += header.Size;
        }

        Demand(position == record.EndOffset && fragments == record.Fragments, "record's fragments", record.Offset);
        _hasRecord = true;
        Demand(IsContent(record.Payload, stored.ToArray()), "record's bytes are not its fragments'", record.Offset);
    }

    /// <summary>
    /// What the fragments hold, or what that decompresses to. RocksDB does not reset its decompressor between records: behind a frame that was not read to its end, what
    /// comes next goes on with it.
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

    /// <summary>What was collected of a record is lost because of damage.</summary>
    private void EndLostByFault()
    {
        EndLost(WalCorruptionKind.ErrorInMiddleOfRecord, isReported: true, isAlsoIfEmpty: true);
        _isOverflowing = false;
    }

    private void EndLost(WalCorruptionKind kind, bool? isReported, bool isAlsoIfEmpty = false)
    {
        if (_lostSince >= 0)
        {
            // Of a compressed record it is not known here how much was collected of it.
            bool? expected = isReported != true ? isReported : _lostPayload > 0 || isAlsoIfEmpty ? (_isCompressed ? null : true) : false;
            TakeReport(_lostSince, kind, _isCompressed ? null : _lostPayload, expected);
        }

        _lostSince = -1;
        _lostPayload = 0;
    }
}
