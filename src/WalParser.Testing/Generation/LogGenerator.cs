using System.Buffers;
using WalParser.Framing;
using WalParser.Testing.Compression;
using WalParser.Testing.Flaws;
using WalParser.Writing;

namespace WalParser.Testing.Generation;

/// <summary>
/// Generates logs of ordinary batches with one or a few flaws of a kind. A kind and a seed always result in the same log. The methods are
/// safe for use by several threads.
/// </summary>
public sealed partial class LogGenerator
{
    private readonly uint _logNumber;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly FragmentWriter _fragments;
    private readonly HostileKind _kind;
    private readonly int _seed;
    private readonly Random _random;
    private readonly bool _isRecyclable;
    private readonly List<HostileFlaw> _flaws = [];
    private readonly List<HostileRecord> _records = [];
    private ulong _sequence;

    private bool _isCompressed;

    // A reader skips the bytes before this offset: after damage it skips the rest of the block.
    private long _lostUntil;

    private LogGenerator(HostileKind kind, int seed)
    {
        _kind = kind;
        _seed = seed;
        _random = new Random(HashCode(kind, seed));
        _logNumber = HostileLog.NumberOf(kind, seed);
        _fragments = new FragmentWriter(_output, _logNumber);
        _isRecyclable = kind switch
        {
            HostileKind.OldRecord or HostileKind.WrongLogNumber => true,
            HostileKind.UnexpectedRecyclable => false,
            _ => _random.Next(2) == 0,
        };
        _sequence = (ulong)_random.Next(1, 100_000);
    }

    /// <summary>Generates a log.</summary>
    /// <param name="kind">The kind of the flaws.</param>
    /// <param name="seed">The seed of the random choices.</param>
    public static HostileLog Generate(HostileKind kind, int seed) => new LogGenerator(kind, seed).Generate();

    // System.HashCode differs between processes.
    private static int HashCode(HostileKind kind, int seed) => unchecked((seed * 31) + (int)kind);

    private HostileLog Generate()
    {
        int count = _random.Next(8, 40);
        HashSet<int> flawed = [_random.Next(1, count - 1)];
        if (_random.Next(2) == 0)
        {
            flawed.Add(_random.Next(1, count - 1));
        }

        WriteBeginning();
        for (int i = 0; i < count; i++)
        {
            Write(isFlawed: flawed.Contains(i) && _kind != HostileKind.Truncated);
        }

        byte[] bytes = _output.WrittenSpan.ToArray();
        if (_kind == HostileKind.Truncated)
        {
            // The cut is in the payload of the last fragment, so that the reader reports a truncated body.
            HostileRecord last = _records[^1];
            _records.RemoveAt(_records.Count - 1);
            bytes = bytes[..^_random.Next(1, 12)];
            _flaws.Add(new HostileFlaw("ends in a record", last.Offset));
        }

        return new HostileLog(_kind, _seed, _logNumber, _isRecyclable, bytes, _flaws, _records);
    }

    private void Write(bool isFlawed)
    {
        WriteBatchBuilder builder = OrdinaryBatch.Make(_random, _sequence, SizeOf(isFlawed));
        int count = (int)builder.Count;
        if (isFlawed)
        {
            WriteFlawBefore();
        }

        ReadOnlyMemory<byte> batch = isFlawed && _kind == HostileKind.Batch ? SpoiledBatch(builder) : builder.Build();
        batch = _isCompressed ? ZstdFrame.Compress(batch.Span) : batch;
        if (isFlawed && _kind == HostileKind.BadFrame)
        {
            batch = SpoilFrame(batch.Span);
        }

        ulong sequence = _sequence;
        _sequence += (ulong)count;
        bool isReadable = true;
        long offset = -1;
        int fragments = 0;
        int flawedFragment = isFlawed ? _random.Next(2) : -1;
        ReadOnlyMemory<byte> rest = batch;
        do
        {
            int headerSize = _isRecyclable ? FragmentWriter.RecyclableHeaderSize : FragmentWriter.HeaderSize;
            if (_fragments.LeftInBlock < headerSize)
            {
                _fragments.FillBlock();
            }

            int length = Math.Min(rest.Length, _fragments.LeftInBlock - headerSize);
            bool isLast = length == rest.Length;
            bool isReversed = isFlawed && _kind == HostileKind.FragmentOrder;
            FragmentType type = (fragments == 0, isLast) switch
            {
                (true, true) => FragmentType.Full,
                (true, false) => isReversed ? FragmentType.Last : FragmentType.First,
                (false, false) => FragmentType.Middle,
                (false, true) => isReversed ? FragmentType.First : FragmentType.Last,
            };
            offset = offset < 0 ? _fragments.Position : offset;
            bool isHere = flawedFragment == fragments || (isFlawed && isLast && fragments < flawedFragment);
            type = _isRecyclable ? type + (FragmentType.RecyclableFull - FragmentType.Full) : type;
            isReadable &= WriteFragment(type, rest[..length].Span, isHere, isFlawed, offset);
            rest = rest[length..];
            fragments++;
        }
        while (!rest.IsEmpty);

        if (isFlawed && _kind == HostileKind.Batch)
        {
            _flaws.Add(new HostileFlaw("wrong count in the batch", offset));
        }

        if (isReadable)
        {
            _records.Add(new HostileRecord(offset, _fragments.Position, sequence, count));
        }
    }

    private OrdinaryBatch.Size SizeOf(bool isFlawed) => _kind switch
    {
        HostileKind.MissingStart or HostileKind.MissingEnd or HostileKind.FragmentOrder when isFlawed => OrdinaryBatch.Size.Long,
        HostileKind.BadFrame when isFlawed => OrdinaryBatch.Size.Short,
        _ => OrdinaryBatch.Size.Any,
    };

    /// <summary>Writes a fragment, with its flaw if it has one. Returns whether a reader can use it.</summary>
    private bool WriteFragment(FragmentType type, ReadOnlySpan<byte> payload, bool isHere, bool isFlawed, long recordOffset)
    {
        long position = _fragments.Position;
        bool isLost = position < _lostUntil;
        switch (_kind)
        {
            case HostileKind.Checksum when isHere:
                _fragments.WriteFlawed(type, payload, new FragmentFlaws { ChecksumError = (uint)_random.Next(1, int.MaxValue) });
                LoseBlock("wrong checksum", position);
                return false;

            case HostileKind.Length when isHere:
                int left = _fragments.LeftInBlock;
                var tooLong = new FragmentFlaws { ClaimedLength = (ushort)_random.Next(left, ushort.MaxValue + 1) };
                _fragments.WriteFlawed(type, payload, tooLong);
                LoseBlock("length exceeds the block", position);
                return false;

            case HostileKind.MissingStart when isFlawed && type is FragmentType.First or FragmentType.RecyclableFirst:
                // The block is filled, so that the fragments after this one are at the same places as with it.
                _fragments.FillBlock();
                if (!isLost)
                {
                    _flaws.Add(new HostileFlaw("first fragment is missing; this is the next one", _fragments.Position));
                }

                return false;

            case HostileKind.MissingEnd when isFlawed && type is FragmentType.Last or FragmentType.RecyclableLast:
                if (!isLost)
                {
                    _flaws.Add(new HostileFlaw("last fragment of the record is missing", recordOffset));
                }

                return false;

            case HostileKind.WrongType when isHere:
                var claimed = (FragmentType)((((byte)type - 1 + _random.Next(1, 4)) % 4) + (_isRecyclable ? 5 : 1));
                _fragments.WriteFlawed(type, payload, new FragmentFlaws { ClaimedType = claimed });
                LoseBlock("type is not the one that the checksum covers", position);
                return false;

            case HostileKind.WrongLogNumber when isHere:
                _fragments.WriteFlawed(type, payload, new FragmentFlaws { ClaimedLogNumber = (uint)_random.Next(1, (int)_logNumber) });
                AddUnlessLost("log number is not the one that the checksum covers", position);
                return false;

            case HostileKind.FragmentOrder when isFlawed:
                _fragments.Write(type, payload);
                AddUnlessLost("fragment in the wrong order", position);
                return false;

            case HostileKind.BadFrame when isFlawed:
                // After an error libzstd's decoder fails until it is reset. RocksDB resets it only after a record, so it reads nothing more
                // of the log.
                _fragments.Write(type, payload);
                AddUnlessLost("not a Zstandard frame", position);
                _lostUntil = long.MaxValue;
                return false;

            default:
                _fragments.Write(type, payload);
                return !isLost;
        }
    }

    private void LoseBlock(string what, long position)
    {
        AddUnlessLost(what, position);
        _lostUntil = Math.Max(_lostUntil, position - (position % FragmentWriter.BlockSize) + FragmentWriter.BlockSize);
    }

    private void AddUnlessLost(string what, long position)
    {
        if (position >= _lostUntil)
        {
            _flaws.Add(new HostileFlaw(what, position));
        }
    }
}
