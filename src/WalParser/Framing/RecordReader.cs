using WalParser.Compression;
using WalParser.Findings;
using WalParser.IO;

namespace WalParser.Framing;

/// <summary>
/// Assembles records from fragments, and reports damage in the same way as RocksDB (<c>Reader::ReadRecord</c> in
/// <c>db/log_reader.cc</c>). Synchronous: it requests a block when the last one is consumed.
/// </summary>
internal sealed partial class RecordReader : IDisposable
{
    private readonly FragmentReader _fragments;
    private readonly WalReaderOptions _options;
    private readonly ControlRecords _control = new();
    private readonly Queue<Finding> _reports = new();
    private readonly long[] _fragmentCounts = new long[256];
    private readonly ReaderEmulation? _emulation;
    private readonly ReleaseTraits _traits;

    // The record that is being assembled. Its offset is that of its first fragment, or of a control record inside it.
    private bool _isInRecord;
    private long _recordOffset;
    private int _fragmentsOfRecord;
    private RecordBuffer _collected;
    private bool _isOverflowing;

    // The bytes of the fragments that RocksDB has hashed for the record, which are more than those of the record if fragments were dropped,
    // because it forgets them only at the end of a record, and where one begins inside another (XXH3_64bits_reset in Reader::ReadRecord).
    private long _hashed;
    private bool _hasStaleHash;

    // The record that was assembled; null if it lies in one fragment, in place.
    private RecordBuffer? _whole;

    // The entry that is delivered after all reports.
    private WalEntryKind _next;
    private bool _hasEnded;
    private bool _hasPending;

    // Whether the last NeedMore was returned at a fragment with another log number.
    private bool _isAtOldRecord;

    /// <param name="options">The options, which are valid.</param>
    /// <param name="logNumber">The number of the log; null to use that of the first recyclable fragment.</param>
    public RecordReader(WalReaderOptions options, ulong? logNumber)
    {
        _options = options;
        _emulation = options.Emulation;
        _traits = _emulation?.Traits ?? ReleaseTraits.Newest;
        _fragments = new FragmentReader(logNumber, _traits);
        _collected = new RecordBuffer(options.MaxRecordSize);
    }

    /// <summary>The result of <see cref="Read"/>.</summary>
    public enum Outcome
    {
        /// <summary>The block is consumed; <see cref="Supply"/> the next one.</summary>
        NeedBlock,

        /// <summary>The rest of a block that may grow is not written yet; <see cref="SupplyAgain"/> it.</summary>
        NeedMore,

        /// <summary>An entry; its kind is <see cref="Kind"/>.</summary>
        Entry,

        /// <summary>The end of the log, which <see cref="RecordReader.End"/> describes.</summary>
        End,
    }

    /// <summary>The kind of the entry that was read last.</summary>
    public WalEntryKind Kind { get; private set; }

    /// <summary>The damage that was read last; null if none was read.</summary>
    public Finding? Finding { get; private set; }

    /// <summary>The fragment with another log number that was read last.</summary>
    public OldRecord OldRecord { get; private set; }

    /// <summary>The end of the log. Set after <see cref="Outcome.End"/>.</summary>
    public WalEnd End { get; private set; }

    /// <summary>The compression of the records, as the log has declared it so far.</summary>
    public CompressionType CompressionType => _control.CompressionType;

    /// <summary>The description of the previous log; null if the log has not declared it.</summary>
    public PredecessorWalInfo? Predecessor => _control.Predecessor;

    /// <summary>The timestamp sizes that the log has declared so far.</summary>
    public TimestampSizes TimestampSizes => _control.TimestampSizes;

    /// <inheritdoc cref="FragmentReader.HasIntactRecyclable"/>
    public bool IsRecycled => _fragments.HasIntactRecyclable;

    /// <inheritdoc cref="FragmentReader.LogNumber"/>
    public uint? LogNumber => _fragments.LogNumber;

    /// <summary>The position at which more of a block is needed (<see cref="Outcome.NeedMore"/>).</summary>
    public TailPosition TailPosition => new(
        EndOffset,
        LogNumber,
        _isAtOldRecord,
        IsUnnumbered: !_fragments.IsRecycled && _fragmentCounts.AsSpan((int)FragmentType.Full, 4).ContainsAnyExcept(0));

    /// <summary>
    /// Whether bytes like an intact fragment follow the header at which the log ends, so that not the end of the log is missing, but the
    /// header is damaged. Valid at the end of a log whose last fragment is torn.
    /// </summary>
    public bool HidesFragmentAtEnd => FragmentProbe.ContainsFragment(_fragments.Rest[1..]);

    /// <inheritdoc cref="FragmentReader.EndOffset"/>
    public long EndOffset => _fragments.EndOffset;

    /// <summary>The damage of the input because of which it ends, as the caller sets it; null if there is none.</summary>
    public string? InputDamage { get; set; }

    /// <summary>Whether <see cref="InputDamage"/> is that the input is larger than the limit, as the caller sets it.</summary>
    public bool IsInputTooLarge { get; set; }

    /// <summary>The number of whole fragments that were read so far.</summary>
    public long FragmentCount { get; private set; }

    /// <summary>The number of whole fragments that were read so far, by type byte.</summary>
    public ReadOnlySpan<long> FragmentCounts => _fragmentCounts;

    /// <summary>The record that was read last. Valid until the next <see cref="Read"/>.</summary>
    public WalRecord Record =>
        new(_whole is null ? _fragments.Payload : _whole.Written, _recordOffset, EndOffset, _fragmentsOfRecord, TimestampSizes)
        {
            HasStaleHash = _hasStaleHash,
        };

    /// <summary>Releases the memory of the decompressor.</summary>
    public void Dispose() => _decompressor?.Dispose();

    /// <inheritdoc cref="FragmentReader.Supply"/>
    public void Supply(in LogBlock block) => _fragments.Supply(block);

    /// <inheritdoc cref="FragmentReader.SupplyAgain"/>
    public void SupplyAgain(in LogBlock block) => _fragments.SupplyAgain(block);

    /// <summary>Reads the next entry.</summary>
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
                if (IsWhole(_fragments.Type) && !_isInRecord && _decompressor is null && _zeroBytes == 0 && Fits(_fragments.PayloadLength))
                {
                    // The common case: a record that is returned in place.
                    Count(_fragments.Type);
                    BeginWholeRecord();
                    Kind = WalEntryKind.Record;
                    return Outcome.Entry;
                }

                ProcessFragment();
            }
            else if (outcome == FragmentReader.Outcome.NeedBlock)
            {
                Kind = WalEntryKind.None;
                return Outcome.NeedBlock;
            }
            else if (_fragments.MayGrow && _fragments.TryPutBack(outcome))
            {
                _isAtOldRecord = outcome == FragmentReader.Outcome.OldRecord;
                Kind = WalEntryKind.None;
                return Outcome.NeedMore;
            }
            else
            {
                ProcessFault(outcome);
            }

            if (_hasPending)
            {
                return DeliverPending();
            }
        }
    }

    /// <summary>Delivers the next pending entry: the reports first, then the entry that caused them, then the end.</summary>
    private Outcome DeliverPending()
    {
        if (_reports.Count > 0)
        {
            Finding = _reports.Dequeue();
            Kind = WalEntryKind.Finding;
        }
        else
        {
            Kind = _next;
            _next = WalEntryKind.None;
        }

        _hasPending = _reports.Count > 0 || _next != WalEntryKind.None || _hasEnded;
        return Kind == WalEntryKind.None ? Outcome.End : Outcome.Entry;
    }

    private void ProcessFragment()
    {
        if (IsAfterPadding())
        {
            _zeroBytes = 0;
        }

        ReportZeros();
        FragmentType type = _fragments.Type;
        Count(type);
        int length = _fragments.PayloadLength;
        if (_decompressor is not null && IsCompressible(type) && !TryDecompress(_decompressor, type, out length))
        {
            return;
        }

        if (_emulation?.Traits.OutcomeOf(type) is { } outcome)
        {
            _emulation.Observer.ProcessCollision(type, outcome, _fragments.Offset);
            _fragments.DropNothing();
            ProcessFault(outcome);
            return;
        }

        switch (type)
        {
            case FragmentType.Full or FragmentType.RecyclableFull:
                ReportUnended(FindingKind.PartialRecordBeforeFull);
                if (Fits(length))
                {
                    BeginWholeRecord();
                    _whole = _decompressor is null ? null : _spare;
                    Follow(WalEntryKind.Record);
                }
                else
                {
                    Abandon(_fragments.Offset, length, length, continues: false);
                }

                break;

            case FragmentType.First or FragmentType.RecyclableFirst:
                ReportUnended(FindingKind.PartialRecordBeforeFirst);
                BeginRecord();
                Collect(length);
                break;

            case FragmentType.Middle or FragmentType.RecyclableMiddle:
                if (_isInRecord)
                {
                    Collect(length);
                }
                else if (!_isOverflowing)
                {
                    Report(FindingKind.MissingStartAtMiddle, _fragments.Offset, length);
                }

                break;

            case FragmentType.Last or FragmentType.RecyclableLast:
                if (_isInRecord && Collect(length))
                {
                    _whole = _collected;
                    _hasStaleHash = _hashed != _collected.Length;
                    _hashed = 0;
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
                ProcessOther(type, _fragments.Payload, length);
                break;
        }
    }

    private void Count(FragmentType type)
    {
        FragmentCount++;
        _fragmentCounts[(byte)type]++;
    }

    private static bool IsWhole(FragmentType type) => type is FragmentType.Full or FragmentType.RecyclableFull;

    /// <summary>Returns whether a fragment of a type continues a record.</summary>
    private static bool IsContinuing(FragmentType type) => type is FragmentType.Middle or FragmentType.Last
        or FragmentType.RecyclableMiddle or FragmentType.RecyclableLast;

    /// <summary>Returns whether a record continues after a fragment of a type.</summary>
    private static bool IsContinued(FragmentType type) => type is FragmentType.First or FragmentType.Middle
        or FragmentType.RecyclableFirst or FragmentType.RecyclableMiddle;

    private bool Fits(int length) => length <= _options.MaxRecordSize;

    private void BeginWholeRecord()
    {
        _recordOffset = _fragments.Offset;
        _fragmentsOfRecord = 1;
        _whole = null;
        _isOverflowing = false;
        _hashed = 0;
        _hasStaleHash = false;
        _fragments.SeenRecord = true;
    }

    private void BeginRecord()
    {
        if (_isInRecord && _collected.Length > 0)
        {
            _hashed = 0;
        }

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
    /// Appends a fragment to the record, unless decompression has done so. Returns false if the record exceeds the limit, and is abandoned.
    /// </summary>
    /// <param name="length">The length of the fragment's content.</param>
    private bool Collect(int length)
    {
        _fragmentsOfRecord++;
        long size = (long)_collected.Length + _fragments.PayloadLength;
        _hashed += length;
        if (_decompressor is not null || _collected.TryAppend(_fragments.Payload))
        {
            return true;
        }

        Abandon(_recordOffset, _collected.Length, size, continues: true);
        return false;
    }

    /// <summary>Abandons a record that is too large. Its further fragments are part of the same loss and are not reported again.</summary>
    /// <param name="offset">The offset of the record.</param>
    /// <param name="bytes">The number of bytes that are dropped.</param>
    /// <param name="size">The size of the record, as far as it was read.</param>
    /// <param name="continues">Whether further fragments follow.</param>
    private void Abandon(long offset, long bytes, long size, bool continues)
    {
        bool isSizeKnown = !continues && _decompressor is null;
        Report(FindingKind.RecordTooLarge, offset, bytes, FindingTable.TooLarge(size, isSizeKnown, _options.MaxRecordSize));
        LoseRecord();
        _hashed = 0;
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
        // An empty first fragment without the rest is no loss: old writers left it at the end of a block.
        if (_isInRecord && _collected.Length > 0)
        {
            Report(kind, _recordOffset, _collected.Length);
        }
    }
}
