using System.Buffers.Binary;
using WalParser.Compression;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Salvage;

/// <summary>
/// Goes through all of one log, block by block, and hands on every record that is there: in place, behind damage in a block, and of the log's earlier lives.
/// </summary>
internal sealed class LogSalvager : IDisposable
{
    // For how many damaged headers of a block it is asked whether it is the length alone: each time takes as long as the block is.
    private const int MaxMended = 16;

    private readonly BlockScanner _block = new();
    private readonly DoubtfulRecords _doubtful = new();
    private readonly RecordBuffer _decompressed;
    private readonly RecordBuffer _released;
    private readonly ByteAccounting _skipped;
    private readonly FragmentAssembler _live;
    private readonly FragmentAssembler _stale;
    private readonly SalvageOutput _output;
    private readonly LogBoundaries _boundaries;
    private readonly SalvagedLog _log;
    private readonly ControlRecords _control = new();
    private readonly uint? _givenNumber;

    private readonly ZstdDictionaries _dictionaries;
    private FragmentDecompressor? _decompressor;
    private long _blockOffset;
    private bool? _isRecyclable;
    private uint? _logNumber;
    private uint? _staleNumber;
    private bool _isCompressed;
    private bool _lostBeginning;
    private ulong _floor;

    // In the block at hand: whether fragments are found by searching, up to where a damaged header claims its payload, and for how many it was asked whether
    // their length alone is damaged.
    private bool _isSearching;
    private long _damage = -1;
    private long _damageBefore = -1;
    private int _groupEnd;
    private int _group;
    private int _mended;

    public LogSalvager(SalvagedLog log, SalvageOutput output, LogBoundaries boundaries, SalvageOptions options, ulong? logNumber)
    {
        _log = log;
        _output = output;
        _boundaries = boundaries;
        _logNumber = _givenNumber = (uint?)logNumber;
        _dictionaries = options.Dictionaries;
        _decompressed = new RecordBuffer(options.MaxRecordSize);
        _released = new RecordBuffer(options.MaxRecordSize);
        _skipped = new ByteAccounting(log);
        _live = new FragmentAssembler(options.MaxRecordSize, _skipped);
        _stale = new FragmentAssembler(options.MaxRecordSize, skipped: null);
    }

    /// <summary>Whether the log says what the log before it was.</summary>
    public bool NamesPredecessor => _control.Predecessor is not null;

    /// <summary>Takes the next block.</summary>
    public void Take(ReadOnlyMemory<byte> block)
    {
        _block.Supply(block);
        _isSearching = false;
        _mended = 0;
        _groupEnd = 0;
        int position = 0;
        while (position < block.Length)
        {
            int left = block.Length - position;
            if (left < HeaderSize)
            {
                EndBlock(position, left);
                break;
            }

            position = _block.ReadAt(position) is { } found && IsExpected(found) ? TakeFound(found) : TakeDamage(position);
        }

        _blockOffset += block.Length;
        _log.Size = _blockOffset;
    }

    public void Dispose() => _decompressor?.Dispose();

    /// <summary>There are no more blocks.</summary>
    public void End(string? damage)
    {
        _live.Break();
        if (damage is not null)
        {
            _log.Add(new Finding { Kind = FindingKind.DamagedCopy, Offset = _blockOffset, Reason = FindingTable.DamagedCopy(damage) });
        }

        Release(ulong.MaxValue);
        _skipped.End();
        _log.Sort();
    }

    private int HeaderSize => _isRecyclable == true ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize;

    /// <summary>A log that is not recyclable must not have recyclable fragments.</summary>
    private bool IsExpected(in FoundFragment found) => _isRecyclable != false || !FragmentReader.IsRecyclable(found.Type);

    private void EndBlock(int position, int left)
    {
        // In a whole block that is a trailer, into which nobody looks.
        if (_block.Block.Length < BlockSource.BlockSize && _block.Block[position..].ContainsAnyExcept((byte)0))
        {
            LoseOrTail(position, left, FindingKind.TruncatedHeader);
        }
        else
        {
            _skipped.Other(left);
        }
    }

    private bool IsInGroup(long offset) => offset >= _blockOffset && offset - _blockOffset < _groupEnd;

    private int TakeFound(in FoundFragment found)
    {
        long offset = _blockOffset + found.Start;
        int bytes = found.End - found.Start;
        ReadOnlySpan<byte> payload = _block.Block[found.PayloadStart..found.End];
        if (found.LogNumber is { } number && number != (_logNumber ??= number))
        {
            TakeStale(found, number, offset, bytes, payload);
            return found.End;
        }

        if (_skipped.TakeLive(offset, bytes, isUncut: found.Type > FragmentType.RecyclableLast))
        {
            _output.RestartStale();
        }

        switch (found.Type)
        {
            case >= FragmentType.Full and <= FragmentType.RecyclableLast:
                // What was found by searching may be of a log inside a value, of the other form.
                if (!IsInGroup(offset) && (!_isSearching || (found.LogNumber is { } own && own == _givenNumber)))
                {
                    _isRecyclable ??= FragmentReader.IsRecyclable(found.Type);
                }

                if (_live.Take(Plain(found.Type), offset, bytes, payload, out ReadOnlySpan<byte> record))
                {
                    TakeRecord(record);
                }

                break;
            case var _ when IsInGroup(offset):
                _live.Break();
                Lose(FindingKind.ControlRecordInDamage, offset, bytes);
                break;
            case FragmentType.SetCompressionType when _damage >= _blockOffset:
                // A log says that it is compressed at its very beginning, with nothing damaged before.
                _live.Break();
                Lose(FindingKind.CompressionTypeAfterDamage, offset, bytes);
                break;
            case FragmentType.SetCompressionType:
                TakeControl(_control.ProcessCompressionType(payload), offset, bytes);
                _isCompressed = _control.CompressionType == CompressionType.Zstd;
                break;
            case FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize:
                TakeControl(_control.ProcessTimestampSizes(payload), offset, bytes);
                _output.Declare(_control.TimestampSizes);
                break;
            case FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo:
                TakeControl(_control.ProcessPredecessor(payload), offset, bytes);
                break;
            default:
                // A type that is unknown may be ignored if its highest bit says so.
                _live.Break();
                if (((byte)found.Type & 0x80) == 0)
                {
                    Lose(FindingKind.UnknownRecordType, offset, bytes, FindingTable.UnknownRecordType((byte)found.Type));
                }
                else
                {
                    _skipped.Other(bytes);
                }

                break;
        }

        return found.End;
    }

    private void TakeControl(ControlRecords.Fault? fault, long offset, int bytes)
    {
        _live.Break();
        if (fault is { } found)
        {
            Lose(found.Kind, offset, bytes);
        }
        else
        {
            _skipped.Other(bytes);
        }
    }

    private void TakeStale(in FoundFragment found, uint number, long offset, int bytes, ReadOnlySpan<byte> payload)
    {
        _live.Break();
        _skipped.Tail(new Finding
        {
            Kind = FindingKind.StaleRecord,
            Offset = offset,
            Bytes = bytes,
            Reason = number < _logNumber ? null : $"of log {number}, which is a later one",
        });
        if (number != _staleNumber)
        {
            _stale.Break();
            _staleNumber = number;
        }

        if (found.Type <= FragmentType.RecyclableLast
            && _output.WantsStale
            && _stale.Take(Plain(found.Type), offset, bytes, payload, out ReadOnlySpan<byte> record)
            && TryDecode(ref record, isGuess: true, out SalvageBatch batch, out _)
            && batch.Damage is null)
        {
            _output.WriteStale(number, record);
        }
    }

    /// <summary>No fragment begins where one should. Returns where the next does, or the block's end.</summary>
    private int TakeDamage(int position)
    {
        ReadOnlySpan<byte> block = _block.Block;
        bool isZero = block[position + 6] == 0 && block[position + 4] == 0 && block[position + 5] == 0;
        if (isZero && !block[position..].ContainsAnyExcept((byte)0))
        {
            // Space that nobody wrote to, or a trailer: before a control record, or while it is not known how long headers are.
            int zeros = block.Length - position;
            if (_isRecyclable is null && zeros < FragmentReader.RecyclableHeaderSize)
            {
                _skipped.Other(zeros);
            }
            else
            {
                _live.Break();
                _skipped.Zeros(_blockOffset + position, zeros);
            }

            return block.Length;
        }

        _live.Break();
        _lostBeginning |= _blockOffset + position == 0;
        if (_damage < _blockOffset)
        {
            (_damageBefore, _damage) = (_damage, _blockOffset + position);
        }

        if (_mended < MaxMended)
        {
            _mended++;
            if (_block.ReadWithoutLength(position, _isRecyclable) is { } mended)
            {
                return TakeFound(mended);
            }
        }

        int next = _block.Find(position + 1, _isRecyclable)?.Start ?? block.Length;
        int claimed = isZero ? int.MaxValue : _block.ClaimedEndAt(position, IsRecyclableAt(position));
        bool isClaimGood = claimed == block.Length
            || (claimed < block.Length && (IsTrailer(claimed) || (_block.ReadAt(claimed) is { } behind && IsExpected(behind))));
        if (isClaimGood && next >= claimed)
        {
            // The header leads on: it is the payload that is damaged, or the checksum.
            next = claimed;
        }
        else if (isClaimGood)
        {
            _groupEnd = claimed;
            _group++;
        }
        else
        {
            _isSearching = true;
        }

        FindingKind kind = isZero ? FindingKind.ZerosInPlaceOfFragment
            : claimed > block.Length ? block.Length < BlockSource.BlockSize ? FindingKind.TruncatedBody : FindingKind.BadRecordLength
            : FindingKind.ChecksumMismatch;
        LoseOrTail(position, next - position, kind);
        return next;
    }

    private void Lose(FindingKind kind, long offset, long bytes, string? reason = null) =>
        _skipped.Lose(new Finding { Kind = kind, Offset = offset, Bytes = bytes, Reason = reason });

    private bool IsRecyclableAt(int position) => _isRecyclable ?? FragmentReader.IsRecyclable((FragmentType)_block.Block[position + 6]);

    private bool IsTrailer(int position) =>
        _block.Block.Length == BlockSource.BlockSize
        && _block.Block.Length - position < HeaderSize
        && !_block.Block[position..].ContainsAnyExcept((byte)0);

    /// <summary>Damage; but in a recycled log, what does not carry the log's number may be its stale tail.</summary>
    private void LoseOrTail(int position, int bytes, FindingKind kind)
    {
        ReadOnlySpan<byte> rest = _block.Block[position..];
        if (_isRecyclable == true
            && (rest.Length < FragmentReader.RecyclableHeaderSize
                || BinaryPrimitives.ReadUInt32LittleEndian(rest[FragmentReader.HeaderSize..]) != _logNumber))
        {
            _skipped.Tail(new Finding { Kind = kind, Offset = _blockOffset + position, Bytes = bytes });
        }
        else
        {
            Lose(kind, _blockOffset + position, bytes);
        }
    }

    private void TakeRecord(ReadOnlySpan<byte> record)
    {
        (long offset, long bytes) = (_live.Offset, _live.Bytes);
        ReadOnlySpan<byte> stored = record;
        if (!TryDecode(ref record, _lostBeginning, out SalvageBatch batch, out Finding? damage) || (damage = batch.Damage) is not null)
        {
            _skipped.Lose(damage! with { Offset = offset, Bytes = bytes });
            return;
        }

        // A record that goes on behind the block's end is no other log's: blocks begin where they do.
        bool isWithinBlock = offset >= _blockOffset;
        int group = IsInGroup(offset) ? _group : 0;
        if (isWithinBlock && (_isSearching || group != 0))
        {
            if (_doubtful.IsFull)
            {
                Release(ulong.MaxValue);
            }

            _doubtful.Add(new DoubtfulRecords.Item(stored.ToArray(), record != stored, offset, bytes, batch, group));
            return;
        }

        Release(batch.Sequence);
        _log.RecoveredRecords += IsBehindDamage(offset) ? 1 : 0;
        Write(record, offset, bytes, batch);
    }

    /// <summary>Writes what was held of the doubtful records, as far as it fits before a record with sequence number <paramref name="ceiling"/>.</summary>
    private void Release(ulong ceiling)
    {
        if (_doubtful.IsEmpty)
        {
            return;
        }

        foreach ((DoubtfulRecords.Item item, bool fits) in _doubtful.Sift(_floor, ceiling))
        {
            ReadOnlySpan<byte> record = item.Stored;
            if (fits && (!item.IsCompressed || TryDecompress(ref record, _released, out _)))
            {
                _log.RecoveredRecords++;
                _log.DoubtfulRecords++;
                Write(record, item.Offset, item.Bytes, item.Batch);
            }
            else
            {
                Lose(FindingKind.UnfitSequence, item.Offset, item.Bytes);
            }
        }
    }

    private void Write(ReadOnlySpan<byte> record, long offset, long bytes, in SalvageBatch batch)
    {
        _output.Write(record);
        _boundaries.Take(record, offset, _control.TimestampSizes);
        _log.Records++;
        _log.RecordBytes += bytes;
        _floor = batch.Next;
    }

    /// <summary>Whether a record begins behind damage in its block, or with it: it goes on through no more than the block at hand, or is of one before.</summary>
    private bool IsBehindDamage(long offset) =>
        IsBehind(offset, _damage) || IsBehind(offset, _damageBefore);

    private static bool IsBehind(long offset, long damage) =>
        damage >= 0 && offset >= damage && offset / BlockSource.BlockSize == damage / BlockSource.BlockSize;

    /// <summary>Decompresses the record, if it is compressed, and looks at its batch.</summary>
    /// <param name="record">The record; then what it decompresses to.</param>
    /// <param name="isGuess">Whether the log may be compressed without saying so, because the record that says so is lost.</param>
    /// <param name="batch">What the batch says.</param>
    /// <param name="damage">The damage for which it cannot be decompressed.</param>
    private bool TryDecode(ref ReadOnlySpan<byte> record, bool isGuess, out SalvageBatch batch, out Finding? damage)
    {
        batch = default;
        damage = null;
        ReadOnlySpan<byte> stored = record;
        if (_isCompressed)
        {
            if (!TryDecompress(ref record, _decompressed, out damage))
            {
                return false;
            }
        }

        batch = SalvageBatch.Of(record);
        if (isGuess && batch.Damage is not null && ZstdFrameHeader.Begins(stored)
            && TryDecompress(ref stored, _decompressed, out _) && SalvageBatch.Of(stored) is { Damage: null } guessed)
        {
            record = stored;
            batch = guessed;
        }

        return true;
    }

    private bool TryDecompress(ref ReadOnlySpan<byte> record, RecordBuffer into, out Finding? damage)
    {
        _decompressor ??= new FragmentDecompressor(_dictionaries);
        _decompressor.Reset();
        into.Clear();
        FragmentDecompressor.Outcome outcome = _decompressor.Decompress(record, into);
        damage = outcome switch
        {
            FragmentDecompressor.Outcome.Done => null,
            FragmentDecompressor.Outcome.TooLarge => new Finding { Kind = FindingKind.RecordTooLarge },
            _ => new Finding { Kind = FindingKind.DecompressionFailed, Detail = _decompressor.Reason },
        };
        record = damage is null ? into.Written : record;
        return damage is null;
    }

    private static FragmentType Plain(FragmentType type) =>
        type >= FragmentType.RecyclableFull ? type - (FragmentType.RecyclableFull - FragmentType.Full) : type;
}
