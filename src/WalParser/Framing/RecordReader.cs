using System.Runtime.CompilerServices;
using WalParser.Compression;

namespace WalParser.Framing;

/// <summary>
/// Puts records together from fragments, and says in RocksDB's words what is damaged (<c>Reader::ReadRecord</c> in
/// <c>db/log_reader.cc</c>). Synchronous: it asks for a block when it has none left.
/// </summary>
internal sealed class RecordReader
{
    private readonly FragmentReader _fragments;
    private readonly WalReaderOptions _options;
    private readonly ControlRecords _control = new();
    private readonly Queue<WalCorruption> _reports = new();
    private readonly long[] _fragmentCounts = new long[256];

    // The record being put together. Its offset is that of its first fragment, or of a control record found inside it.
    private bool _isInRecord;
    private long _recordOffset;
    private int _fragmentsOfRecord;
    private RecordBuffer _collected;
    private bool _isOverflowing;

    // The record that was put together: in place, or in a buffer.
    private RecordBuffer? _whole;

    // Null unless the log is compressed. Then the spare buffer takes what a fragment gives that does not continue a record.
    private FragmentDecompressor? _decompressor;
    private RecordBuffer? _spare;

    // What follows once all reports are out.
    private WalEntryKind _next;
    private bool _hasEnded;
    private bool _hasPending;

    public RecordReader(WalReaderOptions options, ulong? logNumber)
    {
        _options = options;
        _fragments = new FragmentReader(logNumber);
        _collected = new RecordBuffer(options.MaxRecordSize);
    }

    /// <summary>What came of a <see cref="Read"/>.</summary>
    public enum Outcome
    {
        NeedBlock,
        Entry,
        End,
    }

    public WalEntryKind Kind { get; private set; }

    public WalCorruption Corruption { get; private set; }

    public OldRecord OldRecord { get; private set; }

    public WalEnd End { get; private set; }

    public CompressionType CompressionType => _control.CompressionType;

    public PredecessorWalInfo? Predecessor => _control.Predecessor;

    public TimestampSizes TimestampSizes => _control.TimestampSizes;

    public bool IsRecycled => _fragments.HasIntactRecyclable;

    public uint? LogNumber => _fragments.LogNumber;

    public long EndOffset => _fragments.EndOffset;

    /// <summary>Why the input ended, if it was damage to it that this layer cannot see.</summary>
    public string? InputDamage { get; set; }

    public long FragmentCount { get; private set; }

    public ReadOnlySpan<long> FragmentCounts => _fragmentCounts;

    public WalRecord Record =>
        new(_whole is null ? _fragments.Payload : _whole.Written, _recordOffset, EndOffset, _fragmentsOfRecord, TimestampSizes);

    public void Supply(ReadOnlyMemory<byte> block) => _fragments.Supply(block);

    public Outcome Read()
    {
        if (_hasPending)
        {
            return DeliverPending();
        }

        if (Kind == WalEntryKind.Record && (_isInRecord || _decompressor is not null))
        {
            LoseRecord();
            _decompressor?.Reset();
        }

        while (true)
        {
            FragmentReader.Outcome outcome = _fragments.Read();
            if (outcome == FragmentReader.Outcome.Fragment)
            {
                if (IsWhole(_fragments.Type) && !_isInRecord && _decompressor is null && Fits(_fragments.PayloadLength))
                {
                    // What nearly all fragments are: a record that needs nothing but to be handed out.
                    Count(_fragments.Type);
                    TakeWhole();
                    Kind = WalEntryKind.Record;
                    return Outcome.Entry;
                }

                TakeFragment();
            }
            else if (outcome == FragmentReader.Outcome.NeedBlock)
            {
                Kind = WalEntryKind.None;
                return Outcome.NeedBlock;
            }
            else
            {
                TakeFault(outcome);
            }

            if (_hasPending)
            {
                return DeliverPending();
            }
        }
    }

    /// <summary>One of what is to be delivered: the reports first, then what gave rise to them, then the end.</summary>
    private Outcome DeliverPending()
    {
        if (_reports.Count > 0)
        {
            Corruption = _reports.Dequeue();
            Kind = WalEntryKind.Corruption;
        }
        else
        {
            Kind = _next;
            _next = WalEntryKind.None;
        }

        _hasPending = _reports.Count > 0 || _next != WalEntryKind.None || _hasEnded;
        return Kind == WalEntryKind.None ? Outcome.End : Outcome.Entry;
    }

    private void TakeFragment()
    {
        FragmentType type = _fragments.Type;
        Count(type);
        int length = _fragments.PayloadLength;
        if (_decompressor is not null && IsCompressible(type) && !TryDecompress(_decompressor, type, out length))
        {
            return;
        }

        switch (type)
        {
            case FragmentType.Full or FragmentType.RecyclableFull:
                ReportUnended(WalCorruptionKind.PartialRecordBeforeFull);
                if (Fits(length))
                {
                    TakeWhole();
                    _whole = _decompressor is null ? null : _spare;
                    Follow(WalEntryKind.Record);
                }
                else
                {
                    Abandon(_fragments.Offset, length, continues: false);
                }

                break;

            case FragmentType.First or FragmentType.RecyclableFirst:
                ReportUnended(WalCorruptionKind.PartialRecordBeforeFirst);
                BeginRecord();
                Collect();
                break;

            case FragmentType.Middle or FragmentType.RecyclableMiddle:
                if (_isInRecord)
                {
                    Collect();
                }
                else if (!_isOverflowing)
                {
                    Report(WalCorruptionKind.MissingStartAtMiddle, _fragments.Offset, length);
                }

                break;

            case FragmentType.Last or FragmentType.RecyclableLast:
                if (_isInRecord && Collect())
                {
                    _whole = _collected;
                    _fragments.SeenRecord = true;
                    Follow(WalEntryKind.Record);
                }
                else if (!_isOverflowing)
                {
                    Report(WalCorruptionKind.MissingStartAtLast, _fragments.Offset, length);
                }

                _isOverflowing = false;
                break;

            default:
                TakeOther(type, _fragments.Payload, length);
                break;
        }
    }

    private void Count(FragmentType type)
    {
        FragmentCount++;
        _fragmentCounts[(byte)type]++;
    }

    private static bool IsWhole(FragmentType type) => type is FragmentType.Full or FragmentType.RecyclableFull;

    /// <summary>Whether a fragment goes on with a record that was begun.</summary>
    private static bool IsContinuing(FragmentType type) => type is FragmentType.Middle or FragmentType.Last
        or FragmentType.RecyclableMiddle or FragmentType.RecyclableLast;

    /// <summary>Whether a record goes on behind a fragment.</summary>
    private static bool IsContinued(FragmentType type) => type is FragmentType.First or FragmentType.Middle
        or FragmentType.RecyclableFirst or FragmentType.RecyclableMiddle;

    /// <summary>Whether fragments of this type are compressed in a compressed log: all but the control records.</summary>
    private static bool IsCompressible(FragmentType type) => type is not (
        FragmentType.SetCompressionType
        or FragmentType.UserDefinedTimestampSize
        or FragmentType.RecyclableUserDefinedTimestampSize
        or FragmentType.PredecessorWalInfo
        or FragmentType.RecyclablePredecessorWalInfo);

    /// <summary>
    /// Decompresses a fragment: behind what was collected, if it goes on with that, else into the spare buffer. False if it
    /// gives nothing to go on with.
    /// </summary>
    private bool TryDecompress(FragmentDecompressor decompressor, FragmentType type, out int length)
    {
        length = 0;
        if (_isOverflowing)
        {
            // What is left of a record that was given up is not worth decompressing, and the frame's state is lost.
            if (IsContinuing(type))
            {
                _isOverflowing = IsContinued(type);
                return false;
            }

            _isOverflowing = false;
            decompressor.Reset();
        }

        bool continues = _isInRecord && IsContinuing(type);
        RecordBuffer output = continues ? _collected : _spare!;
        if (!continues)
        {
            output.Clear();
        }

        int before = output.Length;
        switch (decompressor.Decompress(_fragments.Payload, output))
        {
            case FragmentDecompressor.Outcome.Done:
                length = output.Length - before;
                return true;

            case FragmentDecompressor.Outcome.TooLarge:
                long tooLong = output.Length;
                output.Clear();
                Abandon(continues ? _recordOffset : _fragments.Offset, tooLong, IsContinued(type));
                decompressor.Reset();
                return false;

            default:
                // RocksDB drops the rest of the block and says nothing, unless it was inside a record.
                _fragments.DropBlock();
                ReportFault(WalCorruptionKind.DecompressionFailed);
                LoseRecordToFault(continues ? before : _collected.Length);
                return false;
        }
    }

    private bool Fits(int length) => length <= _options.MaxRecordSize;

    private void TakeWhole()
    {
        _recordOffset = _fragments.Offset;
        _fragmentsOfRecord = 1;
        _whole = null;
        _isOverflowing = false;
        _fragments.SeenRecord = true;
    }

    private void BeginRecord()
    {
        _isInRecord = true;
        _isOverflowing = false;
        _recordOffset = _fragments.Offset;
        _fragmentsOfRecord = 0;
        if (_decompressor is null)
        {
            _collected.Clear();
        }
        else
        {
            (_collected, _spare) = (_spare!, _collected);
        }
    }

    /// <summary>
    /// Adds a fragment to the record, unless decompressing has done so; false if that made it longer than the limit, and it
    /// was given up.
    /// </summary>
    private bool Collect()
    {
        _fragmentsOfRecord++;
        if (_decompressor is not null || _collected.TryAppend(_fragments.Payload))
        {
            return true;
        }

        Abandon(_recordOffset, _collected.Length, continues: true);
        return false;
    }

    /// <summary>Gives up a record that is too large. What is still to come of it is part of the same loss, not another.</summary>
    private void Abandon(long offset, long bytes, bool continues)
    {
        Report(WalCorruptionKind.RecordTooLarge, offset, bytes);
        LoseRecord();
        _isOverflowing = continues;
    }

    private void LoseRecord()
    {
        _isInRecord = false;
        _isOverflowing = false;
        _collected.Clear();
    }

    private void ReportUnended(WalCorruptionKind kind)
    {
        // An empty first fragment without the rest is what old writers left at the end of a block; it is no loss.
        if (_isInRecord && _collected.Length > 0)
        {
            Report(kind, _recordOffset, _collected.Length);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeOther(FragmentType type, ReadOnlySpan<byte> payload, int length)
    {
        switch (type)
        {
            case FragmentType.SetCompressionType:
                TakeCompressionType(payload);
                break;

            case FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo:
                StartControlRecord();
                ReportFault(_control.TakePredecessor(payload));
                break;

            case FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize:
                ReportUnended(WalCorruptionKind.TimestampSizeInRecord);
                StartControlRecord();
                ReportFault(_control.TakeTimestampSizes(payload));
                break;

            default:
                if (((byte)type & SafeToIgnore) == 0)
                {
                    long lost = length + (long)(_isInRecord ? _collected.Length : 0);
                    Report(new WalCorruption
                    {
                        File = _options.FileName,
                        Offset = _fragments.Offset,
                        Bytes = lost,
                        Kind = WalCorruptionKind.UnknownRecordType,
                        Type = (byte)type,
                    });
                }

                LoseRecord();
                break;
        }
    }

    private const byte SafeToIgnore = 0x80;

    /// <summary>A control record inside a record drops what was collected, yet the record goes on, now with this offset.</summary>
    private void StartControlRecord()
    {
        _recordOffset = _fragments.Offset;
        _collected.Clear();
    }

    private void TakeCompressionType(ReadOnlySpan<byte> payload)
    {
        if (_control.HasCompressionType)
        {
            Report(WalCorruptionKind.RepeatedCompressionType, _fragments.Offset, payload.Length);
        }

        if (_fragments.SeenRecord)
        {
            Report(WalCorruptionKind.LateCompressionType, _fragments.Offset, payload.Length);
        }

        StartControlRecord();
        if (_control.TakeCompressionType(payload) is { } fault)
        {
            ReportFault(fault);
        }
        else
        {
            bool isCompressed = CompressionType == CompressionType.Zstd;
            _decompressor = isCompressed ? new FragmentDecompressor() : null;
            _spare = isCompressed ? new RecordBuffer(_options.MaxRecordSize) : null;
        }
    }

    private bool ReportsTornEnd =>
        _options.RecoveryMode is WalRecoveryMode.AbsoluteConsistency or WalRecoveryMode.PointInTimeRecovery;

    private void TakeFault(FragmentReader.Outcome outcome)
    {
        switch (outcome)
        {
            case FragmentReader.Outcome.Zeros:
                LoseRecordToFault();
                break;

            case FragmentReader.Outcome.UnexpectedRecyclable:
                ReportFault(WalCorruptionKind.UnexpectedRecyclableRecord);
                LoseRecordToFault();
                break;

            case FragmentReader.Outcome.OldRecord:
                TakeOldRecord();
                break;

            case FragmentReader.Outcome.BadLength when _fragments.IsLastBlock:
                if (ReportsTornEnd)
                {
                    ReportFault(WalCorruptionKind.TruncatedBody);
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
                    ? WalCorruptionKind.BadRecordLength
                    : WalCorruptionKind.ChecksumMismatch);
                LoseRecordToFault();
                break;

            case FragmentReader.Outcome.TruncatedHeader or FragmentReader.Outcome.EndOfFile:
                TakeEndOfFile(outcome == FragmentReader.Outcome.TruncatedHeader);
                break;
        }
    }

    private void TakeOldRecord()
    {
        OldRecord = new OldRecord(_fragments.Offset, _fragments.Dropped, _fragments.OldLogNumber, _fragments.OldIsIntact, _fragments.OldIsDamagedLive);
        if (_options.RecoveryMode == WalRecoveryMode.SkipAnyCorruptedRecords)
        {
            LoseRecordToFault();
            Follow(WalEntryKind.OldRecord);
        }
        else if (_isInRecord)
        {
            if (ReportsTornEnd)
            {
                Report(WalCorruptionKind.OldRecordInRecord, _recordOffset, _collected.Length);
            }

            Finish(WalEndReason.OldRecord, _recordOffset, _collected.Length);
        }
        else
        {
            Finish(WalEndReason.OldRecord, _fragments.Offset, 0);
            Follow(WalEntryKind.OldRecord);
        }
    }

    private void TakeEndOfFile(bool hasTornHeader)
    {
        if (hasTornHeader && ReportsTornEnd)
        {
            // RocksDB does not look whether it is zeros that are left.
            ReportFault(WalCorruptionKind.TruncatedHeader);
        }

        hasTornHeader &= !_fragments.EndsInZeros;

        if (_isInRecord)
        {
            if (ReportsTornEnd)
            {
                Report(WalCorruptionKind.EndOfFileInRecord, _recordOffset, _collected.Length);
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
            Report(WalCorruptionKind.ErrorInMiddleOfRecord, _recordOffset, collected);
        }

        LoseRecord();
    }

    private void Finish(WalEndReason reason, long offset, long bytes)
    {
        if (InputDamage is not null)
        {
            Report(new WalCorruption
            {
                File = _options.FileName,
                Offset = EndOffset,
                Kind = WalCorruptionKind.DamagedCopy,
                Detail = InputDamage,
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
            Report(found.Kind, _fragments.Offset, found.Bytes);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReportFault(WalCorruptionKind kind) => Report(new WalCorruption
    {
        File = _options.FileName,
        Offset = _fragments.Offset,
        Bytes = _fragments.Dropped,
        Kind = kind,
        LooksStale = _fragments.LooksStale,
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Report(WalCorruptionKind kind, long offset, long bytes) => Report(new WalCorruption
    {
        File = _options.FileName,
        Offset = offset,
        Bytes = bytes,
        Kind = kind,
    });

    private void Report(WalCorruption corruption)
    {
        _reports.Enqueue(corruption);
        _hasPending = true;
    }

    /// <summary>Lets a record or an old record come after the reports.</summary>
    private void Follow(WalEntryKind kind)
    {
        _next = kind;
        _hasPending = true;
    }
}
