using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Accounts for every byte of a log. It walks the file from fragment to fragment by itself, and each piece must be what the reading says of it, or
/// one of the few things of which RocksDB's reader, and so this one, says nothing:
/// <list type="bullet">
/// <item>in a delivered record, whose bytes are then those of its fragments;</item>
/// <item>at or in a reported corruption, which must be true: a checksum that is said not to hold does not;</item>
/// <item>an old record; or behind the end, for the reason that the end gives;</item>
/// <item>in silence: control records, types that are safe to ignore, a block's trailer, zeros to the end of a block, what was collected of a record
/// before a control record or an ignorable type stood in it, or before the fragment that is torn at the end, a record begun with nothing in it, and what
/// continues a record reported as too large.</item>
/// </list>
/// And every entry must have its piece: what is reported is there.
/// </summary>
internal sealed partial class Ledger
{
    private readonly byte[] _log;
    private readonly LogReading _reading;
    private readonly WalRecoveryMode _mode;
    private readonly bool _reportsTornEnd;
    private readonly Dictionary<long, List<WalCorruption>> _reports = [];
    private readonly Dictionary<long, LogReading.Record> _records = [];
    private readonly Dictionary<long, OldRecord> _old = [];
    private long _position;
    private uint? _logNumber;
    private bool _hasRecyclable;

    // A record that was begun and is not among those delivered.
    private long _lostSince = -1;
    private long _lostPayload;
    private bool _isOverflowing;

    private Ledger(byte[] log, LogReading reading, WalRecoveryMode mode, ulong? logNumber)
    {
        _log = log;
        _reading = reading;
        _logNumber = (uint?)logNumber;
        _mode = mode;
        _reportsTornEnd = mode is WalRecoveryMode.AbsoluteConsistency or WalRecoveryMode.PointInTimeRecovery;
    }

    /// <summary>Checks that a reading accounts for the log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="reading">What was said of it.</param>
    /// <param name="mode">The mode in which it was read.</param>
    /// <param name="logNumber">The log's number, if the reader was told.</param>
    /// <exception cref="OracleException">It does not.</exception>
    public static void Check(byte[] log, LogReading reading, WalRecoveryMode mode, ulong? logNumber = null)
    {
        var ledger = new Ledger(log, reading, mode, logNumber);
        ledger.CheckOrder();
        ledger.Walk();
        ledger.CheckThatAllIsUsed();
    }

    /// <summary>Offsets ascend: of records, of old records, and of how far the reader has looked; nothing lies beyond that, or beyond the end.</summary>
    private void CheckOrder()
    {
        long behind = 0;
        long looked = 0;
        foreach (LogReading.Entry entry in _reading.Entries)
        {
            Demand(entry.Position >= looked && entry.Position <= _log.Length, "position goes back", entry.Position);
            looked = entry.Position;
            switch (entry.Kind)
            {
                case WalEntryKind.Record:
                    Demand(entry.Record.Offset >= behind && entry.Record.EndOffset > entry.Record.Offset, "record order", entry.Record.Offset);
                    Demand(entry.Record.EndOffset <= looked && entry.Record.Fragments > 0, "record end", entry.Record.Offset);
                    behind = entry.Record.EndOffset;
                    _records.Add(entry.Record.Offset, entry.Record);
                    break;

                case WalEntryKind.Corruption:
                    WalCorruption corruption = entry.Corruption;
                    Demand(corruption.Offset >= behind && corruption.Offset <= looked && corruption.Bytes >= 0, "corruption order", corruption.Offset);
                    if (!_reports.TryGetValue(corruption.Offset, out List<WalCorruption>? reports))
                    {
                        _reports.Add(corruption.Offset, reports = []);
                    }

                    reports.Add(corruption);
                    break;

                default:
                    Demand(entry.OldRecord.Offset >= behind && entry.OldRecord.Bytes > 0, "old record order", entry.OldRecord.Offset);
                    _old.Add(entry.OldRecord.Offset, entry.OldRecord);
                    behind = entry.OldRecord.Offset;
                    break;
            }
        }

        Demand(_reading.End.Offset >= behind && _reading.End.Offset <= _log.Length, "end order", _reading.End.Offset);
    }

    private void Walk()
    {
        while (_position < _log.Length)
        {
            int left = (int)Math.Min(FragmentHeader.BlockSize - (_position % FragmentHeader.BlockSize), _log.Length - _position);
            ReadOnlySpan<byte> rest = _log.AsSpan((int)_position, left);
            bool isLastBlock = _position + left == _log.Length && _log.Length % FragmentHeader.BlockSize != 0;
            if (!FragmentHeader.TryRead(rest, out FragmentHeader header))
            {
                // At a block's end its type alone may be there of a header that carries a number.
                _hasRecyclable |= rest.Length >= 7 && FragmentHeader.IsRecyclableType((FragmentType)rest[6]);
                if (rest.Length >= 7 && TakeReport(_position, WalCorruptionKind.UnexpectedRecyclableRecord, rest.Length, isExpected: null))
                {
                    EndLostByFault();
                }
                else if (isLastBlock)
                {
                    TakeTornHeader(rest);
                    return;
                }

                _position += left;
                continue;
            }

            _hasRecyclable |= header.IsRecyclable;
            if (IsEndHere(header, rest, isLastBlock))
            {
                return;
            }

            if (_old.Remove(_position, out OldRecord old))
            {
                Demand(header.IsRecyclable && header.LogNumber == old.LogNumber && header.Fits(rest) && old.Bytes == header.Size, "old record is none", _position);
                Demand(old.IsIntact == header.IsIntact(rest), "old record intact", _position);
                EndLostByFault();
                _position += header.Size;
            }
            else if (TakeDropped(header, rest))
            {
                EndLostByFault();
                _position += left;
            }
            else if (header.IsZeros)
            {
                EndLostByFault();
                _position += left;
            }
            else
            {
                Demand(header.Fits(rest), "silence about a length", _position);
                Demand(header.IsIntact(rest), "silence about a checksum", _position);
                Demand(!header.IsRecyclable || _logNumber is null || _logNumber == header.LogNumber, "silence about an old record", _position);
                _logNumber = header.IsRecyclable ? header.LogNumber : _logNumber;
                TakeFragment(header, rest[header.HeaderSize..header.Size]);
                _position += header.Size;
            }
        }

        TakeEndOfFile();
    }

    /// <summary>Whether the log ends at the fragment at hand, as the reading says, and rightly so.</summary>
    private bool IsEndHere(FragmentHeader header, ReadOnlySpan<byte> rest, bool isLastBlock)
    {
        WalEnd end = _reading.End;
        switch (end.Reason)
        {
            case WalEndReason.TruncatedBody when end.Offset == _position:
                Demand(isLastBlock && !header.Fits(rest) && end.Bytes == rest.Length, "end is no torn body", _position);
                TakeReport(_position, WalCorruptionKind.TruncatedBody, rest.Length, isExpected: _reportsTornEnd);
                return true;

            case WalEndReason.CorruptedTail when end.Offset == _position:
                Demand(_mode == WalRecoveryMode.TolerateCorruptedTailRecords, $"a corrupted tail is no end in {_mode}", _position);
                Demand(_hasRecyclable, "a corrupted tail in a log that is not recyclable", _position);
                Demand(!header.IsZeros && (!header.Fits(rest) || !header.IsIntact(rest)) && end.Bytes == rest.Length, "end is no corrupted tail", _position);
                return true;

            case WalEndReason.OldRecord when header.IsRecyclable && header.Fits(rest) && _logNumber is { } number && header.LogNumber != number:
                Demand(_mode != WalRecoveryMode.SkipAnyCorruptedRecords, $"an old record is no end in {_mode}", _position);
                Demand(_isCompressed || end.Bytes == (_lostSince >= 0 ? _lostPayload : 0), "bytes before an old record", _position);
                if (_lostSince >= 0)
                {
                    Demand(end.Offset == _lostSince, "end is not at the record", _lostSince);
                    TakeReport(_lostSince, WalCorruptionKind.OldRecordInRecord, _isCompressed ? null : _lostPayload, isExpected: _reportsTornEnd);
                }
                else
                {
                    Demand(end.Offset == _position && _old.Remove(_position), "end is no old record", _position);
                }

                return true;

            default:
                return false;
        }
    }

    private void TakeTornHeader(ReadOnlySpan<byte> rest)
    {
        TakeReport(_position, WalCorruptionKind.TruncatedHeader, rest.Length, isExpected: _reportsTornEnd);
        TakeEndOfFile(rest.ContainsAnyExcept((byte)0) ? rest.Length : 0);
        _position = _log.Length;
    }

    private void TakeEndOfFile(int torn = 0)
    {
        WalEnd end = _reading.End;
        if (_lostSince >= 0)
        {
            Demand(end.Reason == WalEndReason.IncompleteRecord && end.Offset == _lostSince, "end of an incomplete record", _lostSince);
            Demand(_isCompressed || end.Bytes == _lostPayload, "bytes of an incomplete record", _lostSince);
            TakeReport(_lostSince, WalCorruptionKind.EndOfFileInRecord, _isCompressed ? null : _lostPayload, isExpected: _reportsTornEnd);
        }
        else if (torn > 0)
        {
            Demand(end.Reason == WalEndReason.TruncatedHeader && end.Offset == _position && end.Bytes == torn, "end of a torn header", _position);
        }
        else
        {
            Demand(end.Reason == WalEndReason.EndOfFile && end.Offset == _position && end.Bytes == 0, "end of file", _position);
        }
    }

    /// <summary>Whether the rest of the block was dropped here, with a report that is true.</summary>
    private bool TakeDropped(FragmentHeader header, ReadOnlySpan<byte> rest)
    {
        if (!_reports.TryGetValue(_position, out List<WalCorruption>? reports))
        {
            return false;
        }

        foreach (WalCorruption report in reports)
        {
            bool? isTrue = report.Kind switch
            {
                WalCorruptionKind.BadRecordLength => !header.Fits(rest),
                WalCorruptionKind.ChecksumMismatch => header.Fits(rest) && !header.IsIntact(rest),
                WalCorruptionKind.UnexpectedRecyclableRecord => header.IsRecyclable,
                WalCorruptionKind.DecompressionFailed => _isCompressed && header.Fits(rest) && header.IsIntact(rest),
                _ => null,
            };
            if (isTrue is not null)
            {
                Demand(isTrue.Value && report.Bytes == rest.Length, $"{report.Kind} is untrue", _position);
                reports.Remove(report);
                if (report.Kind == WalCorruptionKind.DecompressionFailed)
                {
                    _isInFrame = true;
                    _logNumber = header.IsRecyclable ? header.LogNumber : _logNumber;
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>Strikes a report off; whether there was one. If it is expected or not to be there, that is demanded.</summary>
    private bool TakeReport(long offset, WalCorruptionKind kind, long? bytes, bool? isExpected)
    {
        int at = _reports.TryGetValue(offset, out List<WalCorruption>? reports)
            ? reports.FindIndex(report => report.Kind == kind && (bytes is null || report.Bytes == bytes))
            : -1;
        Demand(at >= 0 || isExpected != true, $"no report of {kind}", offset);
        Demand(at < 0 || isExpected != false, $"report of {kind}", offset);
        if (at >= 0)
        {
            reports!.RemoveAt(at);
        }

        return at >= 0;
    }

    private void CheckThatAllIsUsed()
    {
        foreach ((long offset, List<WalCorruption> reports) in _reports)
        {
            Demand(reports.Count == 0, reports.Count == 0 ? "" : $"{reports[0].Kind} is not there", offset);
        }

        foreach (long offset in _records.Keys)
        {
            Demand(false, "record is not there", offset);
        }

        foreach (long offset in _old.Keys)
        {
            Demand(false, "old record is not there", offset);
        }
    }

    private void Demand(bool holds, string rule, long offset)
    {
        if (!holds)
        {
            throw new OracleException(rule, $"at offset {offset} of {_log.Length} bytes; end: {_reading.End}; read: "
                + string.Join("; ", _reading.Entries.TakeLast(20).Select(LogReading.Show)));
        }
    }
}
