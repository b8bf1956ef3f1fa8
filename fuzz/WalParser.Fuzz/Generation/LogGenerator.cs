using System.Buffers;
using WalParser.Framing;
using WalParser.Fuzz.Mutation;
using WalParser.Writing;

namespace WalParser.Fuzz.Generation;

/// <summary>Makes a log of ordinary batches with one or a few flaws of a kind. It follows from kind and seed alone.</summary>
internal sealed partial class LogGenerator
{
    private readonly uint _logNumber;
    private readonly ArrayBufferWriter<byte> _output = new();
    private readonly FragmentWriter _fragments;
    private readonly HostileKind _kind;
    private readonly int _seed;
    private readonly Random _random;
    private readonly bool _isRecyclable;
    private readonly List<HostileLog.Flaw> _flaws = [];
    private readonly List<HostileLog.Record> _records = [];
    private ulong _sequence;

    private bool _isCompressed;

    // Up to here a reader sees nothing of what is written: damage before it costs the rest of the block.
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

    /// <summary>Makes a log.</summary>
    /// <param name="kind">What is to be wrong.</param>
    /// <param name="seed">Where chance begins.</param>
    public static HostileLog Generate(HostileKind kind, int seed) => new LogGenerator(kind, seed).Generate();

    // Not System.HashCode: that one is different in every process.
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
            // In the payload of the last fragment, so that it is the body that is torn.
            HostileLog.Record last = _records[^1];
            _records.RemoveAt(_records.Count - 1);
            bytes = bytes[..^_random.Next(1, 12)];
            _flaws.Add(new HostileLog.Flaw("ends in a record", last.Offset));
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
            if (_kind == HostileKind.Batch)
            {
                SpoilBatch(builder);
            }
        }

        ReadOnlyMemory<byte> batch = _isCompressed ? ContentFrame.Of(builder.Build().Span) : builder.Build();
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
            isReadable &= WriteFragment(_isRecyclable ? (FragmentType)((byte)type + 4) : type, rest[..length].Span, isHere, isFlawed, offset);
            rest = rest[length..];
            fragments++;
        }
        while (!rest.IsEmpty);

        if (isFlawed && _kind == HostileKind.Batch)
        {
            _flaws.Add(new HostileLog.Flaw("wrong count in the batch", offset));
        }

        if (isReadable)
        {
            _records.Add(new HostileLog.Record(offset, _fragments.Position, sequence, count));
        }
    }

    private OrdinaryBatch.Size SizeOf(bool isFlawed) => _kind switch
    {
        HostileKind.MissingStart or HostileKind.MissingEnd or HostileKind.FragmentOrder when isFlawed => OrdinaryBatch.Size.Long,
        HostileKind.BadFrame when isFlawed => OrdinaryBatch.Size.Short,
        _ => OrdinaryBatch.Size.Any,
    };

    /// <summary>Writes a fragment, with its flaw if it is to have one; whether a reader can use it.</summary>
    private bool WriteFragment(FragmentType type, ReadOnlySpan<byte> payload, bool isHere, bool isFlawed, long recordOffset)
    {
        long position = _fragments.Position;
        bool isLost = position < _lostUntil;
        switch (_kind)
        {
            case HostileKind.Checksum when isHere:
                _fragments.WriteFlawed(type, payload, new FragmentFlaws { ChecksumError = (uint)_random.Next(1, int.MaxValue) });
                LoseBlock("checksum does not hold", position);
                return false;

            case HostileKind.Length when isHere:
                int left = _fragments.LeftInBlock;
                _fragments.WriteFlawed(type, payload, new FragmentFlaws { ClaimedLength = (ushort)_random.Next(left, ushort.MaxValue + 1) });
                LoseBlock("length reaches beyond the block", position);
                return false;

            case HostileKind.MissingStart when isFlawed && type is FragmentType.First or FragmentType.RecyclableFirst:
                // Something stands there instead: else the fragments behind it would not lie where they do.
                _fragments.FillBlock();
                if (!isLost)
                {
                    _flaws.Add(new HostileLog.Flaw("first fragment is missing; the next is here", _fragments.Position));
                }

                return false;

            case HostileKind.MissingEnd when isFlawed && type is FragmentType.Last or FragmentType.RecyclableLast:
                if (!isLost)
                {
                    _flaws.Add(new HostileLog.Flaw("last fragment of the record is missing", recordOffset));
                }

                return false;

            case HostileKind.WrongType when isHere:
                var claimed = (FragmentType)((((byte)type - 1 + _random.Next(1, 4)) % 4) + (_isRecyclable ? 5 : 1));
                _fragments.WriteFlawed(type, payload, new FragmentFlaws { ClaimedType = claimed });
                LoseBlock("type is not that of the checksum", position);
                return false;

            case HostileKind.WrongLogNumber when isHere:
                _fragments.WriteFlawed(type, payload, new FragmentFlaws { ClaimedLogNumber = (uint)_random.Next(1, (int)_logNumber) });
                AddUnlessLost("log number is not that of the checksum", position);
                return false;

            case HostileKind.FragmentOrder when isFlawed:
                _fragments.Write(type, payload);
                AddUnlessLost("fragment in the wrong order", position);
                return false;

            case HostileKind.BadFrame when isFlawed:
                // libzstd's decoder, once it has failed, fails until it is reset, which RocksDB does only behind a record: nothing more of the log is read.
                _fragments.Write(type, payload);
                AddUnlessLost("no Zstandard frame", position);
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
            _flaws.Add(new HostileLog.Flaw(what, position));
        }
    }
}
