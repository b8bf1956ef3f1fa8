using WalParser.Findings;
using WalParser.Framing;

namespace WalParser.Fuzz.Targets;

/// <summary>
/// Accounts for every byte of a log. It walks the file from fragment to fragment with code of its own. Each piece must match an entry of
/// the reading, or belong to one of the few cases that RocksDB's reader, and so this one, does not report:
/// <list type="bullet">
/// <item>a delivered record, whose bytes are then those of its fragments;</item>
/// <item>a reported corruption, which must be true: a checksum that is reported as wrong is wrong;</item>
/// <item>an old record, or bytes past the end, for the reason that the end states;</item>
/// <item>no report: control records, the trailer of a block, zeros to the end of a block, the fragments of a record before a record of an
/// ignorable type within it, which the report about that has, or before the torn fragment at the end, a record that began without a
/// payload, and the fragments that continue a record reported as too large.</item>
/// </list>
/// Every entry of the reading must also match a piece of the file.
/// </summary>
internal sealed partial class Ledger
{
    private readonly byte[] _log;
    private readonly LogReading _reading;
    private readonly WalRecoveryMode _mode;
    private readonly bool _reportsTornEnd;
    private readonly Dictionary<long, List<Finding>> _reports = [];
    private readonly Dictionary<long, LogReading.Record> _records = [];
    private readonly Dictionary<long, OldRecord> _old = [];
    private long _position;
    private uint? _logNumber;
    private bool _hasRecyclable;

    // Zeros since the last fragment that are not reported yet.
    private long _zerosSince;
    private long _zeroBytes;

    // A record that began and was not delivered.
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
    /// <param name="reading">The result of reading the log.</param>
    /// <param name="mode">The mode in which the log was read.</param>
    /// <param name="logNumber">The number of the log, if the reader received it.</param>
    /// <exception cref="OracleException">The reading does not account for a byte, or reports something that the log does not
    /// contain.</exception>
    public static void Check(byte[] log, LogReading reading, WalRecoveryMode mode, ulong? logNumber = null)
    {
        var ledger = new Ledger(log, reading, mode, logNumber);
        ledger.CheckOrder();
        ledger.Walk();
        ledger.CheckThatAllEntriesMatched();
    }

    /// <summary>
    /// Checks that the offsets of records and old records and the reader's position are ascending, and that no entry lies past the position
    /// or past the end.
    /// </summary>
    private void CheckOrder()
    {
        long end = 0;
        long looked = 0;
        foreach (LogReading.Entry entry in _reading.Entries)
        {
            Demand(entry.Position >= looked && entry.Position <= _log.Length, "the position decreases", entry.Position);
            looked = entry.Position;
            switch (entry.Kind)
            {
                case WalEntryKind.Record:
                    Demand(
                        entry.Record.Offset >= end && entry.Record.EndOffset > entry.Record.Offset,
                        "records are out of order",
                        entry.Record.Offset);
                    Demand(
                        entry.Record.EndOffset <= looked && entry.Record.Fragments > 0,
                        "the end of a record is wrong",
                        entry.Record.Offset);
                    end = entry.Record.EndOffset;
                    _records.Add(entry.Record.Offset, entry.Record);
                    break;

                case WalEntryKind.Finding:
                    Finding corruption = entry.Finding!;
                    Demand(
                        corruption.Offset >= end && corruption.Offset <= looked && corruption.Bytes >= 0,
                        "corruptions are out of order",
                        corruption.Offset);
                    if (!_reports.TryGetValue(corruption.Offset, out List<Finding>? reports))
                    {
                        _reports.Add(corruption.Offset, reports = []);
                    }

                    reports.Add(corruption);
                    break;

                default:
                    Demand(
                        entry.OldRecord.Offset >= end && entry.OldRecord.Bytes > 0, "old records are out of order", entry.OldRecord.Offset);
                    _old.Add(entry.OldRecord.Offset, entry.OldRecord);
                    end = entry.OldRecord.Offset;
                    break;
            }
        }

        Demand(_reading.End.Offset >= end && _reading.End.Offset <= _log.Length, "the end is out of order", _reading.End.Offset);
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
                // At the end of a block, a header with a log number may be cut off after its type.
                _hasRecyclable |= rest.Length >= 7 && FragmentHeader.IsRecyclableType((FragmentType)rest[6]);
                if (rest.Length >= 7 && MatchReport(_position, FindingKind.UnexpectedRecyclableRecord, rest.Length, isExpected: null))
                {
                    MatchZeros(isExpected: true);
                    EndLostByFault();
                }
                else if (isLastBlock)
                {
                    ProcessTornHeader(rest);
                    return;
                }

                _position += left;
                continue;
            }

            _hasRecyclable |= header.IsRecyclable;
            if (!header.IsZeros)
            {
                // A writer starts a new block for a declaration that does not fit into the rest of the last one. A declaration that is
                // refused is no reason for the zeros before it.
                bool isAfterPadding = (byte)header.Type is 10 or 11 or 130 or 131
                    && header.Fits(rest) && header.IsIntact(rest)
                    && (!header.IsRecyclable || _logNumber is null || _logNumber == header.LogNumber)
                    && _zerosSince + _zeroBytes == _position
                    && _zeroBytes < header.Size
                    && !IsReported(_position, FindingKind.UnexpectedRecyclableRecord);
                MatchZeros(isExpected: !isAfterPadding);
            }

            if (IsEndHere(header, rest, isLastBlock))
            {
                return;
            }

            if (_old.Remove(_position, out OldRecord old))
            {
                Demand(
                    header.IsRecyclable && header.LogNumber == old.LogNumber && header.Fits(rest) && old.Bytes == header.Size,
                    "an old record is not one",
                    _position);
                Demand(old.IsIntact == header.IsIntact(rest), "the state of an old record's checksum is wrong", _position);
                EndLostByFault();
                _position += header.Size;
            }
            else if (MatchDroppedBlock(header, rest))
            {
                EndLostByFault();
                _position += left;
            }
            else if (header.IsZeros)
            {
                EndLostByFault();
                AddZeros(rest, isLastBlock);
                _position += left;
            }
            else
            {
                Demand(header.Fits(rest), "a wrong length is not reported", _position);
                Demand(header.IsIntact(rest), "a wrong checksum is not reported", _position);
                Demand(
                    !header.IsRecyclable || _logNumber is null || _logNumber == header.LogNumber,
                    "an old record is not reported",
                    _position);
                _logNumber = header.IsRecyclable ? header.LogNumber : _logNumber;
                ProcessFragment(header, rest[header.HeaderSize..header.Size]);
                _position += header.Size;
            }
        }

        ProcessEndOfFile();
    }

    /// <summary>
    /// Adds zeros to those that may have to be reported. Up to 10 zeros before the end of a block are padding. A block whose rest contains
    /// something else than zeros is reported at once.
    /// </summary>
    private void AddZeros(ReadOnlySpan<byte> rest, bool isLastBlock)
    {
        bool hidesBytes = rest.ContainsAnyExcept((byte)0);
        if (rest.Length < 11 && !hidesBytes && !isLastBlock)
        {
            return;
        }

        _zerosSince = _zeroBytes == 0 ? _position : _zerosSince;
        _zeroBytes += rest.Length;
        if (hidesBytes)
        {
            MatchZeros(isExpected: true);
        }
    }

    /// <summary>Matches the report about the zeros before the current position.</summary>
    private void MatchZeros(bool? isExpected)
    {
        if (_zeroBytes > 0)
        {
            MatchReport(_zerosSince, FindingKind.ZerosInPlaceOfFragment, _zeroBytes, isExpected);
            _zeroBytes = 0;
        }
    }

    /// <summary>Returns true if the log ends at the current fragment according to the reading, and checks that this is correct.</summary>
    private bool IsEndHere(FragmentHeader header, ReadOnlySpan<byte> rest, bool isLastBlock)
    {
        WalEnd end = _reading.End;
        switch (end.Reason)
        {
            case WalEndReason.TruncatedBody when end.Offset == _position:
                Demand(isLastBlock && !header.Fits(rest) && end.Bytes == rest.Length, "the end is not a torn body", _position);
                MatchReport(_position, FindingKind.TruncatedBody, rest.Length, isExpected: _reportsTornEnd);
                return true;

            case WalEndReason.CorruptedTail when end.Offset == _position:
                Demand(_mode == WalRecoveryMode.TolerateCorruptedTailRecords, $"a corrupted tail is not an end in {_mode}", _position);
                Demand(_hasRecyclable, "a corrupted tail in a log that is not recyclable", _position);
                Demand(
                    !header.IsZeros && (!header.Fits(rest) || !header.IsIntact(rest)) && end.Bytes == rest.Length,
                    "the end is not a corrupted tail",
                    _position);
                return true;

            case WalEndReason.OldRecord when header.IsRecyclable && header.Fits(rest) && _logNumber is { } number
                && header.LogNumber != number:
                Demand(_mode != WalRecoveryMode.SkipAnyCorruptedRecords, $"an old record is not an end in {_mode}", _position);
                Demand(
                    _isCompressed || end.Bytes == (_lostSince >= 0 ? _lostPayload : 0),
                    "the bytes before an old record are wrong",
                    _position);
                if (_lostSince >= 0)
                {
                    Demand(end.Offset == _lostSince, "the end is not at the record", _lostSince);
                    MatchReport(
                        _lostSince, FindingKind.OldRecordInRecord, _isCompressed ? null : _lostPayload, isExpected: _reportsTornEnd);
                }
                else
                {
                    Demand(end.Offset == _position && _old.Remove(_position), "the end is not an old record", _position);
                }

                return true;

            default:
                return false;
        }
    }

    private void ProcessTornHeader(ReadOnlySpan<byte> rest)
    {
        MatchReport(_position, FindingKind.TruncatedHeader, rest.Length, isExpected: _reportsTornEnd);
        ProcessEndOfFile(rest.ContainsAnyExcept((byte)0) ? rest.Length : 0);
        _position = _log.Length;
    }

    private void ProcessEndOfFile(int torn = 0)
    {
        WalEnd end = _reading.End;
        if (_lostSince >= 0)
        {
            Demand(
                end.Reason == WalEndReason.IncompleteRecord && end.Offset == _lostSince, "the end is not an incomplete record", _lostSince);
            Demand(_isCompressed || end.Bytes == _lostPayload, "the bytes of an incomplete record are wrong", _lostSince);
            MatchReport(_lostSince, FindingKind.EndOfFileInRecord, _isCompressed ? null : _lostPayload, isExpected: _reportsTornEnd);
        }
        else if (torn > 0)
        {
            Demand(
                end.Reason == WalEndReason.TruncatedHeader && end.Offset == _position && end.Bytes == torn,
                "the end is not a torn header",
                _position);
        }
        else
        {
            Demand(
                end.Reason == WalEndReason.EndOfFile && end.Offset == _position && end.Bytes == 0,
                "the end is not the end of the file",
                _position);
        }
    }

    /// <summary>Returns true if the rest of the block was dropped here with a report, and checks that the report is true.</summary>
    private bool MatchDroppedBlock(FragmentHeader header, ReadOnlySpan<byte> rest)
    {
        if (!_reports.TryGetValue(_position, out List<Finding>? reports))
        {
            return false;
        }

        foreach (Finding report in reports)
        {
            bool? isTrue = report.Kind switch
            {
                FindingKind.BadRecordLength => !header.Fits(rest),
                FindingKind.ChecksumMismatch => header.Fits(rest) && !header.IsIntact(rest),
                FindingKind.UnexpectedRecyclableRecord => header.IsRecyclable,
                FindingKind.DecompressionFailed => _isCompressed && header.Fits(rest) && header.IsIntact(rest),
                _ => null,
            };
            if (isTrue is not null)
            {
                Demand(isTrue.Value && report.Bytes == rest.Length, $"{report.Kind} is not true", _position);
                reports.Remove(report);
                if (report.Kind == FindingKind.DecompressionFailed)
                {
                    _isInFrame = true;
                    _logNumber = header.IsRecyclable ? header.LogNumber : _logNumber;
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Removes a report from those to match and returns true if there was one. If it is known whether there must be one, that is checked.
    /// </summary>
    private bool MatchReport(long offset, FindingKind kind, long? bytes, bool? isExpected)
    {
        int at = _reports.TryGetValue(offset, out List<Finding>? reports)
            ? reports.FindIndex(report => report.Kind == kind && (bytes is null || report.Bytes == bytes))
            : -1;
        Demand(at >= 0 || isExpected != true, $"{kind} is not reported", offset);
        Demand(at < 0 || isExpected != false, $"{kind} is reported wrongly", offset);
        if (at >= 0)
        {
            reports!.RemoveAt(at);
        }

        return at >= 0;
    }

    private bool IsReported(long offset, FindingKind kind) =>
        _reports.TryGetValue(offset, out List<Finding>? reports) && reports.Exists(report => report.Kind == kind);

    private void CheckThatAllEntriesMatched()
    {
        foreach ((long offset, List<Finding> reports) in _reports)
        {
            Demand(reports.Count == 0, reports.Count == 0 ? "" : $"{reports[0].Kind} is not in the log", offset);
        }

        foreach (long offset in _records.Keys)
        {
            Demand(false, "a record is not in the log", offset);
        }

        foreach (long offset in _old.Keys)
        {
            Demand(false, "an old record is not in the log", offset);
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
