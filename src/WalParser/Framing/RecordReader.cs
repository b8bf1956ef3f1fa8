using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using WalParser.Compression;

namespace WalParser.Framing;

/// <summary>
/// Puts records together from fragments, and says in RocksDB's words what is damaged (<c>Reader::ReadRecord</c> in
/// <c>db/log_reader.cc</c>). Synchronous: it asks for a block when it has none left.
/// </summary>
internal sealed class RecordReader : IDisposable
{
    private readonly FragmentReader _fragments;
    private readonly WalReaderOptions _options;
    private readonly RecordBuffer _collected;
    private readonly Queue<WalCorruption> _reports = new();
    private readonly long[] _fragmentCounts = new long[256];

    // The record being put together. Its offset is that of its first fragment, or of a control record found inside it.
    private bool _isInRecord;
    private long _recordOffset;
    private int _fragmentCount;
    private bool _isOverflowing;
    private bool _isInPlace;

    private bool _hasCompressionType;

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

    public CompressionType CompressionType { get; private set; }

    public PredecessorWalInfo? Predecessor { get; private set; }

    public TimestampSizes TimestampSizes { get; private set; } = TimestampSizes.None;

    public bool IsRecycled => _fragments.HasIntactRecyclable;

    public uint? LogNumber => _fragments.LogNumber;

    public long EndOffset => _fragments.EndOffset;

    public ReadOnlySpan<long> FragmentCounts => _fragmentCounts;

    public WalRecord Record => new(_isInPlace ? _fragments.Payload : _collected.Written, _recordOffset, EndOffset, _fragmentCount, TimestampSizes);

    public void Supply(ReadOnlyMemory<byte> block) => _fragments.Supply(block);

    public void Dispose() => _collected.Dispose();

    public Outcome Read()
    {
        if (_hasPending)
        {
            return DeliverPending();
        }

        if (Kind == WalEntryKind.Record && _isInRecord)
        {
            _isInRecord = false;
            _collected.Clear();
        }

        while (true)
        {
            FragmentReader.Outcome outcome = _fragments.Read();
            if (outcome == FragmentReader.Outcome.Fragment)
            {
                if (IsWhole(_fragments.Type) && !_isInRecord && CompressionType == CompressionType.None && Fits(_fragments.PayloadLength))
                {
                    // What nearly all fragments are: a record that needs nothing but to be handed out.
                    _fragmentCounts[(byte)_fragments.Type]++;
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
        ArraySegment<byte> payload = _fragments.Payload;
        _fragmentCounts[(byte)type]++;
        if (CompressionType != CompressionType.None && IsCompressible(type))
        {
            Report(WalCorruptionKind.CompressedRecord, _fragments.Offset, payload.Count);
            Finish(WalEndReason.CompressedRecord, _fragments.Offset, 0);
            return;
        }

        switch (type)
        {
            case FragmentType.Full or FragmentType.RecyclableFull:
                ReportUnended(WalCorruptionKind.PartialRecordBeforeFull);
                if (Fits(payload.Count))
                {
                    TakeWhole();
                    Follow(WalEntryKind.Record);
                }
                else
                {
                    _recordOffset = _fragments.Offset;
                    Abandon(payload.Count);
                    _isOverflowing = false;
                }

                break;

            case FragmentType.First or FragmentType.RecyclableFirst:
                ReportUnended(WalCorruptionKind.PartialRecordBeforeFirst);
                _collected.Clear();
                _isInRecord = true;
                _isOverflowing = false;
                _recordOffset = _fragments.Offset;
                _fragmentCount = 0;
                Collect(payload);
                break;

            case FragmentType.Middle or FragmentType.RecyclableMiddle:
                if (_isInRecord)
                {
                    Collect(payload);
                }
                else if (!_isOverflowing)
                {
                    Report(WalCorruptionKind.MissingStartAtMiddle, _fragments.Offset, payload.Count);
                }

                break;

            case FragmentType.Last or FragmentType.RecyclableLast:
                if (_isInRecord && Collect(payload))
                {
                    _isInPlace = false;
                    _fragments.SeenRecord = true;
                    Follow(WalEntryKind.Record);
                }
                else if (!_isOverflowing)
                {
                    Report(WalCorruptionKind.MissingStartAtLast, _fragments.Offset, payload.Count);
                }

                _isOverflowing = false;
                break;

            default:
                TakeOther(type, payload);
                break;
        }
    }

    /// <summary>Whether fragments of this type are compressed in a compressed log: all but the control records.</summary>
    private static bool IsCompressible(FragmentType type) => type is not (
        FragmentType.SetCompressionType
        or FragmentType.UserDefinedTimestampSize
        or FragmentType.RecyclableUserDefinedTimestampSize
        or FragmentType.PredecessorWalInfo
        or FragmentType.RecyclablePredecessorWalInfo);

    private static bool IsWhole(FragmentType type) => type is FragmentType.Full or FragmentType.RecyclableFull;

    private bool Fits(int length) => length <= _options.MaxRecordSize;

    private void TakeWhole()
    {
        _recordOffset = _fragments.Offset;
        _fragmentCount = 1;
        _isInPlace = true;
        _fragments.SeenRecord = true;
    }

    /// <summary>Adds a fragment to the record; false if that made it longer than the limit, and it was given up.</summary>
    private bool Collect(ArraySegment<byte> payload)
    {
        _fragmentCount++;
        if (_collected.TryAppend(payload))
        {
            return true;
        }

        Abandon((long)_collected.Length + payload.Count);
        return false;
    }

    private void Abandon(long bytes)
    {
        Report(WalCorruptionKind.RecordTooLarge, _recordOffset, bytes);
        LoseRecord();

        // The fragments that are still to come of this record are part of the same loss, not another.
        _isOverflowing = true;
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
    private void TakeOther(FragmentType type, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case FragmentType.SetCompressionType:
                TakeCompressionType(payload);
                break;

            case FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo:
                StartControlRecord();
                TakePredecessor(payload);
                break;

            case FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize:
                ReportUnended(WalCorruptionKind.TimestampSizeInRecord);
                StartControlRecord();
                TakeTimestampSizes(payload);
                break;

            default:
                if (((byte)type & SafeToIgnore) == 0)
                {
                    long lost = payload.Length + (_isInRecord ? _collected.Length : 0);
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
        if (_hasCompressionType)
        {
            Report(WalCorruptionKind.RepeatedCompressionType, _fragments.Offset, payload.Length);
        }

        if (_fragments.SeenRecord)
        {
            Report(WalCorruptionKind.LateCompressionType, _fragments.Offset, payload.Length);
        }

        StartControlRecord();
        if (payload.Length < sizeof(uint))
        {
            Report(WalCorruptionKind.UndecodableCompressionType, _fragments.Offset, payload.Length);
        }
        else if (BinaryPrimitives.ReadUInt32LittleEndian(payload) is (uint)CompressionType.None or (uint)CompressionType.Zstd)
        {
            // RocksDB writes ZSTD alone, but accepts "none" as well.
            CompressionType = (CompressionType)payload[0];
            _hasCompressionType = true;
        }
        else
        {
            Report(WalCorruptionKind.UndecodableCompressionType, _fragments.Offset, payload.Length - sizeof(uint));
        }
    }

    private void TakePredecessor(ReadOnlySpan<byte> payload)
    {
        const int Size = 3 * sizeof(ulong);
        if (payload.Length < Size)
        {
            Report(WalCorruptionKind.UndecodablePredecessorWalInfo, _fragments.Offset, payload.Length % sizeof(ulong));
            return;
        }

        Predecessor = new PredecessorWalInfo(
            BinaryPrimitives.ReadUInt64LittleEndian(payload),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(payload[16..]));
    }

    private void TakeTimestampSizes(ReadOnlySpan<byte> payload)
    {
        const int Size = sizeof(uint) + sizeof(ushort);
        if (payload.Length % Size != 0)
        {
            Report(WalCorruptionKind.UndecodableTimestampSize, _fragments.Offset, payload.Length);
            return;
        }

        for (; !payload.IsEmpty; payload = payload[Size..])
        {
            uint columnFamily = BinaryPrimitives.ReadUInt32LittleEndian(payload);
            int size = BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]);
            if (size == 0)
            {
                Report(WalCorruptionKind.ZeroTimestampSize, _fragments.Offset, 0);
                return;
            }

            if (TimestampSizes.Contains(columnFamily))
            {
                Report(WalCorruptionKind.RepeatedTimestampSize, _fragments.Offset, 0);
                return;
            }

            TimestampSizes = TimestampSizes.With(columnFamily, size);
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
        OldRecord = new OldRecord(_fragments.Offset, _fragments.Dropped, _fragments.OldLogNumber, _fragments.OldIsIntact);
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
            ReportFault(WalCorruptionKind.TruncatedHeader);
        }

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

    private void LoseRecordToFault()
    {
        if (_isInRecord)
        {
            Report(WalCorruptionKind.ErrorInMiddleOfRecord, _recordOffset, _collected.Length);
        }

        LoseRecord();
    }

    private void Finish(WalEndReason reason, long offset, long bytes)
    {
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
