using WalParser.Compression;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Inspection;
using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// Reads all of one log, block by block, and writes every record in it: records in their place, records after damage in a block, and
/// records of earlier uses of the log.
/// </summary>
internal sealed partial class LogSalvager : IDisposable
{
    private readonly BlockScanner _block = new();
    private readonly DoubtfulRecords _doubtful = new();
    private readonly SalvageDecoder _decoder;
    private readonly ByteAccounting _accounting;
    private readonly FragmentAssembler _live;
    private readonly FragmentAssembler _stale;
    private readonly SalvageOutput _output;
    private readonly SetWriter _writer;
    private readonly RecycledLogs _recycled;
    private readonly SalvagedLog _log;
    private readonly ControlRecords _control = new();
    private readonly uint? _givenNumber;

    private long _blockOffset;
    private bool? _isRecyclable;
    private uint? _logNumber;
    private uint? _staleNumber;
    private ulong _floor;

    // Whether a record of the log itself was found, and the numbers of other logs to which fragments belong.
    private readonly OtherLogs _others = new();
    private bool _hasOwn;

    // Whether the log contains anything but zeros.
    private bool _hasBytes;

    public LogSalvager(SalvagedLog log, SalvageOutput output, SetWriter writer, RecycledLogs recycled, SalvageOptions options)
    {
        _log = log;
        _output = output;
        _writer = writer;
        _recycled = recycled;
        _logNumber = _givenNumber = (uint?)log.Source.LogNumber;
        _decoder = new SalvageDecoder(options.Dictionaries, options.MaxRecordSize);
        _accounting = new ByteAccounting(log);
        _live = new FragmentAssembler(_decoder.MaxStoredSize, options.MaxRecordSize, _accounting);
        _stale = new FragmentAssembler(_decoder.MaxStoredSize, options.MaxRecordSize, accounting: null);
    }

    /// <summary>Whether the log describes the log before it.</summary>
    public bool NamesPredecessor => _control.Predecessor is not null;

    /// <summary>Processes the next block.</summary>
    public void ProcessBlock(ReadOnlyMemory<byte> block)
    {
        _block.Supply(block);
        _hasBytes = _hasBytes || block.Span.ContainsAnyExcept((byte)0);
        BeginBlockWithoutDamage();
        int position = 0;
        while (position < block.Length)
        {
            int left = block.Length - position;
            if (left < HeaderSize)
            {
                ProcessTrailer(position, left);
                break;
            }

            position = _block.ReadAt(position) is { } found && IsExpected(found) ? ProcessFragment(found) : ProcessDamage(position);
        }

        _blockOffset += block.Length;
        _log.Size = _blockOffset;
    }

    /// <summary>Processes the end of the log.</summary>
    /// <param name="damage">The reason for which a compressed copy cannot be decompressed further; null if it was read to its end.</param>
    /// <param name="isTooLarge">Whether the reason is that the content of the copy is larger than the limit.</param>
    public void ProcessEnd(string? damage, bool isTooLarge)
    {
        _live.Break();
        if (damage is not null)
        {
            _log.Add(new Finding
            {
                Kind = isTooLarge ? FindingKind.CopyTooLarge : FindingKind.DamagedCopy,
                Offset = _blockOffset,
                Reason = isTooLarge ? damage : FindingTable.DamagedCopy(damage),
            });
        }

        ReleaseDoubtful(ulong.MaxValue);
        _accounting.ProcessEnd();
        _log.LeaveUnwritten(_hasOwn ? null
            : _hasBytes ? _others.FindingIn(_recycled, hasDamage: _log.LossCount > 0)
            : LogInspector.OnlyZeros(_log.Size));
        _recycled.EndLog(_log.Source, _hasOwn);
        _log.Sort();
    }

    public void Dispose() => _decoder.Dispose();

    private int HeaderSize => _isRecyclable == true ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize;

    /// <summary>Returns whether a fragment may be in this log: a log that is not recycled has no recyclable fragments.</summary>
    private bool IsExpected(in FoundFragment found) => _isRecyclable != false || !FragmentReader.IsRecyclable(found.Type);

    private void ProcessTrailer(int position, int left)
    {
        // In a whole block, these bytes are the trailer, which no reader checks.
        if (_block.Block.Length < BlockSource.BlockSize && _block.Block[position..].ContainsAnyExcept((byte)0))
        {
            AddLossOrTail(position, left, FindingKind.TruncatedHeader);
        }
        else
        {
            _accounting.AddOther(left);
        }
    }

    /// <summary>Processes a fragment. Returns the offset in the block at which it ends.</summary>
    private int ProcessFragment(in FoundFragment found)
    {
        long offset = _blockOffset + found.Start;
        int bytes = found.End - found.Start;
        ReadOnlySpan<byte> payload = _block.Block[found.PayloadStart..found.End];
        if (found.LogNumber is { } number && number != (_logNumber ??= number))
        {
            ProcessStaleFragment(found, number, offset, bytes, payload);
            return found.End;
        }

        if (_accounting.ProcessLiveFragment(offset, bytes, FragmentReader.MayFollowPadding(found.Type)))
        {
            _output.RestartStale();
        }

        if (found.Type is >= FragmentType.Full and <= FragmentType.RecyclableLast)
        {
            _hasOwn = true;

            // A fragment that was found by searching may belong to a log inside a value, and that log may have the other form.
            if (!IsInGroup(offset) && (!_isSearching || (found.LogNumber is { } own && own == _givenNumber)))
            {
                _isRecyclable ??= FragmentReader.IsRecyclable(found.Type);
            }

            if (_live.Process(WithoutLogNumber(found.Type), offset, bytes, payload, out ReadOnlySpan<byte> record))
            {
                ProcessRecord(record);
            }
        }
        else
        {
            _live.Break();
            ProcessControlFragment(found.Type, offset, bytes, payload);
        }

        return found.End;
    }

    private void ProcessControlFragment(FragmentType type, long offset, int bytes, ReadOnlySpan<byte> payload)
    {
        switch (type)
        {
            case var _ when IsInGroup(offset):
                AddLoss(FindingKind.ControlRecordInDamage, offset, bytes);
                break;
            case FragmentType.SetCompressionType when _damage >= _blockOffset:
                // A log declares its compression in its first fragment, and no damage comes before that.
                AddLoss(FindingKind.CompressionTypeAfterDamage, offset, bytes);
                break;
            case FragmentType.SetCompressionType:
                CountControl(_control.ProcessCompressionType(payload), offset, bytes);
                _decoder.IsCompressed = _control.CompressionType == CompressionType.Zstd;
                break;
            case FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize:
                CountControl(_control.ProcessTimestampSizes(payload), offset, bytes);
                _output.Declare(_control.TimestampSizes);
                break;
            case FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo:
                CountControl(_control.ProcessPredecessor(payload), offset, bytes);
                break;
            case var _ when ((byte)type & 0x80) == 0:
                AddLoss(FindingKind.UnknownRecordType, offset, bytes, FindingTable.UnknownRecordType((byte)type));
                break;
            default:
                // The highest bit marks an unknown type that a reader may ignore. What it contains is not known, so that numbers that are
                // missing there are a hole.
                _accounting.AddOther(bytes);
                _writer.ProcessUnknownContent();
                break;
        }
    }

    private void CountControl(ControlRecords.Fault? fault, long offset, int bytes)
    {
        if (fault is { } found)
        {
            AddLoss(found.Kind, offset, bytes);
        }
        else
        {
            _accounting.AddOther(bytes);
        }
    }

    private void ProcessStaleFragment(in FoundFragment found, uint number, long offset, int bytes, ReadOnlySpan<byte> payload)
    {
        _live.Break();
        if (!_isSearching && !IsInGroup(offset))
        {
            // Only recycled logs contain fragments of other logs.
            _isRecyclable ??= true;
        }

        _others.Add(number, isLater: number > _logNumber);
        _accounting.AddStale(new Finding
        {
            Kind = FindingKind.StaleRecord,
            Offset = offset,
            Bytes = bytes,
            Reason = number < _logNumber ? null : $"belongs to log {number}, which is a later log",
        });
        if (number != _staleNumber)
        {
            _stale.Break();
            _staleNumber = number;
        }

        if (found.Type <= FragmentType.RecyclableLast
            && _output.WantsStale
            && _stale.Process(WithoutLogNumber(found.Type), offset, bytes, payload, out ReadOnlySpan<byte> record)
            && _decoder.TryDecode(ref record, mayBeCompressed: true, out SalvageBatch batch, out _)
            && batch.Damage is null)
        {
            _output.WriteStale(number, record);
        }
    }

    private void ProcessRecord(ReadOnlySpan<byte> record)
    {
        (long offset, long bytes) = (_live.Offset, _live.Bytes);
        ReadOnlySpan<byte> stored = record;
        if (!_decoder.TryDecode(ref record, _lostBeginning, out SalvageBatch batch, out Finding? damage)
            || (damage = batch.Damage) is not null)
        {
            _accounting.AddLoss(damage! with { Offset = offset, Bytes = bytes });
            return;
        }

        // A record that continues past the end of a block is not part of a log inside a value, whose blocks begin at other offsets.
        bool isWithinBlock = offset >= _blockOffset;
        int group = IsInGroup(offset) ? _group : 0;
        if (isWithinBlock && (_isSearching || group != 0))
        {
            if (_doubtful.IsFull)
            {
                ReleaseDoubtful(ulong.MaxValue);
            }

            _doubtful.Add(new DoubtfulRecords.Item(stored.ToArray(), record != stored, offset, bytes, batch, group));
            return;
        }

        ReleaseDoubtful(batch.Sequence);
        if (Write(record, offset, bytes, batch) && (IsAfterDamage(offset) || _mended >= offset))
        {
            _log.RecoveredRecords++;
        }
    }

    /// <summary>Writes the doubtful records that fit before a record with the sequence number <paramref name="ceiling"/>.</summary>
    private void ReleaseDoubtful(ulong ceiling)
    {
        if (_doubtful.IsEmpty)
        {
            return;
        }

        foreach ((DoubtfulRecords.Item item, bool fits) in _doubtful.Sift(_floor, ceiling))
        {
            ReadOnlySpan<byte> record = item.Stored;
            if (fits && (!item.IsCompressed || _decoder.TryDecompressAgain(ref record)))
            {
                if (Write(record, item.Offset, item.Bytes, item.Batch))
                {
                    _log.RecoveredRecords++;
                    _log.DoubtfulRecords++;
                }
            }
            else
            {
                AddLoss(FindingKind.UnfitSequence, item.Offset, item.Bytes);
            }
        }
    }

    private bool Write(ReadOnlySpan<byte> record, long offset, long bytes, in SalvageBatch batch)
    {
        bool isWritten = _writer.Write(record, batch, offset, bytes, _control.TimestampSizes);
        _floor = isWritten ? batch.Next : _floor;
        return isWritten;
    }

    private void AddLoss(FindingKind kind, long offset, long bytes, string? reason = null) =>
        _accounting.AddLoss(new Finding { Kind = kind, Offset = offset, Bytes = bytes, Reason = reason });

    private static FragmentType WithoutLogNumber(FragmentType type) =>
        type >= FragmentType.RecyclableFull ? type - (FragmentType.RecyclableFull - FragmentType.Full) : type;
}
