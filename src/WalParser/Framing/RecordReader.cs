using WalParser.Compression;
using WalParser.Findings;

namespace WalParser.Framing;

/// <summary>
/// Puts records together from fragments, and says in RocksDB's words what is damaged (<c>Reader::ReadRecord</c> in
/// <c>db/log_reader.cc</c>). Synchronous: it asks for a block when it has none left.
/// </summary>
internal sealed partial class RecordReader : IDisposable
{
    private readonly FragmentReader _fragments;
    private readonly WalReaderOptions _options;
    private readonly ControlRecords _control = new();
    private readonly Queue<Finding> _reports = new();
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
        /// <summary>The block is used up; <see cref="Supply"/> the next.</summary>
        NeedBlock,

        /// <summary>What the rest of a growing block holds is not written yet; <see cref="SupplyAgain"/> it.</summary>
        NeedMore,

        /// <summary>See <see cref="Kind"/>.</summary>
        Entry,

        /// <summary>See <see cref="End"/>.</summary>
        End,
    }

    public WalEntryKind Kind { get; private set; }

    public Finding? Corruption { get; private set; }

    public OldRecord OldRecord { get; private set; }

    public WalEnd End { get; private set; }

    public CompressionType CompressionType => _control.CompressionType;

    public PredecessorWalInfo? Predecessor => _control.Predecessor;

    public TimestampSizes TimestampSizes => _control.TimestampSizes;

    public bool IsRecycled => _fragments.HasIntactRecyclable;

    public uint? LogNumber => _fragments.LogNumber;

    /// <summary>Whether records were begun, and all without log numbers: then the file was never another log's.</summary>
    public bool IsUnnumbered =>
        !_fragments.IsRecycled && _fragmentCounts.AsSpan((int)FragmentType.Full, 4).ContainsAnyExcept(0);

    /// <summary>Whether it was a fragment with another log number at which more was needed.</summary>
    public bool IsAtOldRecord { get; private set; }

    public long EndOffset => _fragments.EndOffset;

    /// <summary>Why the input ended, if it was damage to it that this layer cannot see.</summary>
    public string? InputDamage { get; set; }

    public long FragmentCount { get; private set; }

    public ReadOnlySpan<long> FragmentCounts => _fragmentCounts;

    public WalRecord Record =>
        new(_whole is null ? _fragments.Payload : _whole.Written, _recordOffset, EndOffset, _fragmentsOfRecord, TimestampSizes);

    public void Dispose() => _decompressor?.Dispose();

    /// <inheritdoc cref="FragmentReader.Supply"/>
    public void Supply(ReadOnlyMemory<byte> block, bool isGrowing = false) => _fragments.Supply(block, isGrowing);

    /// <inheritdoc cref="FragmentReader.SupplyAgain"/>
    public void SupplyAgain(ReadOnlyMemory<byte> block, bool isGrowing) => _fragments.SupplyAgain(block, isGrowing);

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
            else if (_fragments.IsGrowing && _fragments.TryPutBack(outcome))
            {
                IsAtOldRecord = outcome == FragmentReader.Outcome.OldRecord;
                Kind = WalEntryKind.None;
                return Outcome.NeedMore;
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
                ReportUnended(FindingKind.PartialRecordBeforeFull);
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
                ReportUnended(FindingKind.PartialRecordBeforeFirst);
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
                    Report(FindingKind.MissingStartAtMiddle, _fragments.Offset, length);
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
                    Report(FindingKind.MissingStartAtLast, _fragments.Offset, length);
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
                if (!continues)
                {
                    // What is too large is not the record that was begun, which is lost all the same.
                    ReportUnended(IsWhole(type) ? FindingKind.PartialRecordBeforeFull
                        : IsContinued(type) ? FindingKind.PartialRecordBeforeFirst
                        : FindingKind.ErrorInMiddleOfRecord);
                }

                long tooLong = output.Length;
                output.Clear();
                Abandon(continues ? _recordOffset : _fragments.Offset, tooLong, IsContinued(type));
                decompressor.Reset();
                return false;

            default:
                // RocksDB drops the rest of the block without a report, unless it is inside a record, and begins a new frame with the next
                // fragment (ZSTDStreamingUncompress::Uncompress resets its context after an error).
                string? reason = decompressor.Reason;
                decompressor.Reset();
                _fragments.DropBlock();
                ReportFault(FindingKind.DecompressionFailed, reason);
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
        Report(FindingKind.RecordTooLarge, offset, bytes);
        LoseRecord();
        _isOverflowing = continues;
    }

    private void LoseRecord()
    {
        _isInRecord = false;
        _isOverflowing = false;
        _collected.Clear();
    }

    private void ReportUnended(FindingKind kind)
    {
        // An empty first fragment without the rest is what old writers left at the end of a block; it is no loss.
        if (_isInRecord && _collected.Length > 0)
        {
            Report(kind, _recordOffset, _collected.Length);
        }
    }
}
