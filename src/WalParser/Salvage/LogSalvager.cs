using System.Buffers.Binary;
using WalParser.Compression;
using WalParser.Framing;

namespace WalParser.Salvage;

/// <summary>
/// Goes through all of one log, block by block, and hands on every record that is there: in place, behind damage in a block, and of the log's earlier lives.
/// </summary>
internal sealed class LogSalvager
{
    private readonly BlockScanner _block = new();
    private readonly DoubtfulRecords _doubtful = new();
    private readonly FragmentDecompressor _decompressor = new();
    private readonly RecordBuffer _decompressed;
    private readonly RecordJoin _live;
    private readonly RecordJoin _stale;
    private readonly SalvageOutput _output;
    private readonly SalvagedLog _log;
    private readonly ControlRecords _control = new();

    // What may be the stale tail of a recycled log, until a live fragment behind it shows that it is damage.
    private readonly List<SalvageLoss> _tail = [];
    private long _tailBytes;

    private long _blockOffset;
    private bool? _isRecyclable;
    private uint? _logNumber;
    private uint? _staleNumber;
    private bool _isCompressed;
    private bool _lostBeginning;
    private ulong _floor;
    private long _heldBlock;

    // In the block at hand: whether fragments are found by searching, and up to where a damaged header claims its payload.
    private bool _isSearching;
    private long _damage = -1;
    private long _damageBefore = -1;
    private int _groupEnd;
    private int _group;

    public LogSalvager(SalvagedLog log, SalvageOutput output, int maxRecordSize, ulong? logNumber)
    {
        _log = log;
        _output = output;
        _logNumber = (uint?)logNumber;
        _decompressed = new RecordBuffer(maxRecordSize);
        _live = new RecordJoin(maxRecordSize, log.Add);
        _stale = new RecordJoin(maxRecordSize, _ => { });
    }

    /// <summary>Takes the next block.</summary>
    public void Take(ReadOnlyMemory<byte> block)
    {
        _block.Supply(block);
        _isSearching = false;
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
    }

    /// <summary>There are no more blocks.</summary>
    public void End(string? damage)
    {
        _live.Break();
        if (damage is not null)
        {
            Lose(_blockOffset, 0, $"damaged copy: {damage}");
        }

        Release(ulong.MaxValue);
        _log.StaleBytes = _tailBytes;
    }

    private int HeaderSize => _isRecyclable == true ? FragmentReader.RecyclableHeaderSize : FragmentReader.HeaderSize;

    /// <summary>A log that is not recyclable must not have recyclable fragments.</summary>
    private bool IsExpected(in FoundFragment found) => _isRecyclable != false || !FragmentReader.IsRecyclable(found.Type);

    private void EndBlock(int position, int left)
    {
        // In a whole block that is a trailer, into which nobody looks.
        if (_block.Block.Length < FragmentReader.BlockSize && _block.Block[position..].ContainsAnyExcept((byte)0))
        {
            LoseOrTail(position, left, "truncated header");
        }
    }

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

        if (_tail.Count > 0)
        {
            // Something of the log itself comes behind: it was no tail.
            _tail.ForEach(_log.Add);
            _tail.Clear();
            _tailBytes = 0;
        }

        switch (found.Type)
        {
            case >= FragmentType.Full and <= FragmentType.RecyclableLast:
                _isRecyclable ??= FragmentReader.IsRecyclable(found.Type);
                if (_live.Take(Plain(found.Type), offset, bytes, payload, out ReadOnlySpan<byte> record))
                {
                    TakeRecord(record);
                }

                break;
            case FragmentType.SetCompressionType:
                _control.TakeCompressionType(payload);
                _isCompressed = _control.CompressionType == CompressionType.Zstd;
                break;
            case FragmentType.UserDefinedTimestampSize or FragmentType.RecyclableUserDefinedTimestampSize:
                _live.Break();
                _control.TakeTimestampSizes(payload);
                _output.Declare(_control.TimestampSizes);
                break;
            case FragmentType.PredecessorWalInfo or FragmentType.RecyclablePredecessorWalInfo:
                _live.Break();
                _control.TakePredecessor(payload);
                _output.NamePredecessor(_control.Predecessor);
                break;
            default:
                // A type that is unknown may be ignored if its highest bit says so.
                _live.Break();
                if (((byte)found.Type & 0x80) == 0)
                {
                    Lose(offset, bytes, $"unknown record type {(byte)found.Type}");
                }

                break;
        }

        return found.End;
    }

    private void TakeStale(in FoundFragment found, uint number, long offset, int bytes, ReadOnlySpan<byte> payload)
    {
        _live.Break();
        Tail(offset, bytes, number < _logNumber ? "left over from an earlier life of the log" : $"of log {number}, which is a later one");
        if (number != _staleNumber)
        {
            _stale.Break();
            _staleNumber = number;
        }

        if (found.Type <= FragmentType.RecyclableLast
            && _output.WantsStale
            && _stale.Take(Plain(found.Type), offset, bytes, payload, out ReadOnlySpan<byte> record)
            && TryDecode(ref record, isGuess: true, out SalvageBatch batch, out _)
            && batch.Error is null)
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
            // Space that nobody wrote to, or a trailer before a control record.
            return block.Length;
        }

        _lostBeginning |= _blockOffset + position == 0;
        if (_damage < _blockOffset)
        {
            (_damageBefore, _damage) = (_damage, _blockOffset + position);
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

        string reason = isZero ? "zeros in the place of a fragment"
            : claimed > block.Length ? block.Length < FragmentReader.BlockSize ? "truncated record body" : "bad record length"
            : "checksum mismatch";
        LoseOrTail(position, next - position, reason);
        return next;
    }

    private bool IsRecyclableAt(int position) => FragmentReader.IsRecyclable((FragmentType)_block.Block[position + 6]) || _isRecyclable == true;

    private bool IsTrailer(int position) =>
        _block.Block.Length == FragmentReader.BlockSize
        && _block.Block.Length - position < HeaderSize
        && !_block.Block[position..].ContainsAnyExcept((byte)0);

    /// <summary>Damage; but in a recycled log, what does not carry the log's number may be its stale tail.</summary>
    private void LoseOrTail(int position, int bytes, string reason)
    {
        ReadOnlySpan<byte> rest = _block.Block[position..];
        if (_isRecyclable == true
            && (rest.Length < FragmentReader.RecyclableHeaderSize
                || BinaryPrimitives.ReadUInt32LittleEndian(rest[FragmentReader.HeaderSize..]) != _logNumber))
        {
            Tail(_blockOffset + position, bytes, reason);
        }
        else
        {
            Lose(_blockOffset + position, bytes, reason);
        }
    }

    private void Tail(long offset, long bytes, string reason)
    {
        _tailBytes += bytes;
        if (_tail.Count < SalvagedLog.MaxListedLosses)
        {
            _tail.Add(new SalvageLoss(offset, bytes, reason));
        }
        else
        {
            // Of so many, the last stands for the rest.
            _tail[^1] = _tail[^1] with { Bytes = _tail[^1].Bytes + bytes };
        }
    }

    private void Lose(long offset, long bytes, string reason) => _log.Add(new SalvageLoss(offset, bytes, reason));

    private void TakeRecord(ReadOnlySpan<byte> record)
    {
        (long offset, long bytes) = (_live.Offset, _live.Bytes);
        if (!TryDecode(ref record, _lostBeginning, out SalvageBatch batch, out string? error) || (error = batch.Error) is not null)
        {
            Lose(offset, bytes, error!);
            return;
        }

        // A record that goes on behind the block's end is no other log's: blocks begin where they do.
        bool isWithinBlock = offset >= _blockOffset;
        int group = isWithinBlock && offset - _blockOffset < _groupEnd ? _group : 0;
        if (isWithinBlock && (_isSearching || group != 0))
        {
            if (!_doubtful.IsEmpty && _heldBlock != _blockOffset)
            {
                Release(ulong.MaxValue);
            }

            _heldBlock = _blockOffset;
            _doubtful.Add(new DoubtfulRecords.Item(record.ToArray(), offset, bytes, batch, group));
            return;
        }

        Release(batch.Sequence);
        Write(record, offset, batch);
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
            if (fits)
            {
                Write(item.Payload, item.Offset, item.Batch);
            }
            else
            {
                Lose(item.Offset, item.Bytes, "found behind damage, but its sequence number does not fit there: perhaps of a log inside a value");
            }
        }
    }

    private void Write(ReadOnlySpan<byte> record, long offset, in SalvageBatch batch)
    {
        _output.Write(record);
        _log.Records++;
        if (IsBehindDamage(offset))
        {
            _log.RecoveredRecords++;
        }

        _floor = batch.Next;
    }

    /// <summary>Whether a record begins behind damage in its block: in one of the last two that are damaged, since records are held no longer.</summary>
    private bool IsBehindDamage(long offset) =>
        IsBehind(offset, _damage) || IsBehind(offset, _damageBefore);

    private static bool IsBehind(long offset, long damage) =>
        damage >= 0 && offset > damage && offset / FragmentReader.BlockSize == damage / FragmentReader.BlockSize;

    /// <summary>Decompresses the record, if it is compressed, and looks at its batch.</summary>
    /// <param name="record">The record; then what it decompresses to.</param>
    /// <param name="isGuess">Whether the log may be compressed without saying so, because the record that says so is lost.</param>
    /// <param name="batch">What the batch says.</param>
    /// <param name="error">Why it cannot be decompressed.</param>
    private bool TryDecode(ref ReadOnlySpan<byte> record, bool isGuess, out SalvageBatch batch, out string? error)
    {
        batch = default;
        error = null;
        ReadOnlySpan<byte> stored = record;
        if (_isCompressed)
        {
            if (!TryDecompress(ref record, out error))
            {
                return false;
            }
        }

        batch = SalvageBatch.Of(record);
        if (isGuess && batch.Error is not null && ZstdFrameHeader.TryRead(stored, out ZstdFrameHeader header, out _) == DecompressionStatus.Done && !header.IsSkippable
            && TryDecompress(ref stored, out _) && SalvageBatch.Of(stored) is { Error: null } guessed)
        {
            record = stored;
            batch = guessed;
        }

        return true;
    }

    private bool TryDecompress(ref ReadOnlySpan<byte> record, out string? error)
    {
        _decompressor.Reset();
        _decompressed.Clear();
        FragmentDecompressor.Outcome outcome = _decompressor.Decompress(record, _decompressed);
        error = outcome switch
        {
            FragmentDecompressor.Outcome.Done => null,
            FragmentDecompressor.Outcome.TooLarge => "record too large",
            _ => "decompression failed",
        };
        record = error is null ? _decompressed.Written : record;
        return error is null;
    }

    private static FragmentType Plain(FragmentType type) =>
        type >= FragmentType.RecyclableFull ? type - (FragmentType.RecyclableFull - FragmentType.Full) : type;
}
