using System.Runtime.CompilerServices;

namespace WalParser.Compression;

/// <summary>Decodes the compressed blocks of a frame, and keeps what they hand on to one another: tables and repeated offsets.</summary>
internal sealed unsafe partial class ZstdBlockDecoder
{
    /// <summary>Returned for a block that breaks the rules; <see cref="Reason"/> says which.</summary>
    public const int Corrupt = -1;

    /// <summary>Returned when the block's output does not fit; the block can be decoded again, into more room.</summary>
    public const int TooSmall = -2;

    private const int Margin = WildCopy.Margin;
    private const int PairedLog = 11;
    private const int PairedLiterals = 8 * 1024;
    private const int RawLiterals = 0;
    private const int RepeatedByteLiterals = 1;
    private const int CompressedLiterals = 2;

    // Allocated once and pinned, so that plain addresses stay good for as long as this object is reachable.
    private readonly byte[] _literalArray = GC.AllocateUninitializedArray<byte>(ZstdFrameHeader.MaximumBlockSize + Margin, pinned: true);
    private readonly ushort[] _huffmanArray = GC.AllocateUninitializedArray<ushort>(1 << HuffmanTable.MaximumLog, pinned: true);
    private readonly uint[] _pairArray = GC.AllocateUninitializedArray<uint>(1 << PairedLog, pinned: true);
    private readonly ulong[] _sequenceArray = GC.AllocateUninitializedArray<ulong>(
        (1 << FseSequenceTable.LiteralLengthMaximumLog)
            + (1 << FseSequenceTable.MatchLengthMaximumLog)
            + (1 << FseSequenceTable.OffsetMaximumLog),
        pinned: true);

    private readonly byte* _literalBuffer;
    private readonly ushort* _huffmanTable;
    private readonly uint* _huffmanPairs;
    private readonly ulong* _ownLiteralLengths;
    private readonly ulong* _ownMatchLengths;
    private readonly ulong* _ownOffsets;

    // A table's logarithm is -1 as long as no block of the frame has set the table, so that none can be repeated.
    private int _huffmanLog;
    private bool _hasPairs;
    private ulong* _literalLengths;
    private ulong* _matchLengths;
    private ulong* _offsets;
    private int _literalLengthLog;
    private int _matchLengthLog;
    private int _offsetLog;
    private ulong _repeat1;
    private ulong _repeat2;
    private ulong _repeat3;

    // The literals of the block at hand; when there are sequences, it is safe to read 32 bytes beyond them.
    private byte* _literals;
    private byte* _literalsEnd;

    public ZstdBlockDecoder()
    {
        _literalBuffer = (byte*)Unsafe.AsPointer(ref _literalArray[0]);
        _huffmanTable = (ushort*)Unsafe.AsPointer(ref _huffmanArray[0]);
        _huffmanPairs = (uint*)Unsafe.AsPointer(ref _pairArray[0]);
        _ownLiteralLengths = (ulong*)Unsafe.AsPointer(ref _sequenceArray[0]);
        _ownMatchLengths = _ownLiteralLengths + (1 << FseSequenceTable.LiteralLengthMaximumLog);
        _ownOffsets = _ownMatchLengths + (1 << FseSequenceTable.MatchLengthMaximumLog);
        Reset();
    }

    /// <summary>What was wrong with the last block that was.</summary>
    public string Reason { get; private set; } = string.Empty;

    /// <summary>Forgets the frame before.</summary>
    public void Reset()
    {
        _huffmanLog = -1;
        _literalLengthLog = -1;
        _matchLengthLog = -1;
        _offsetLog = -1;
        _repeat1 = 1;
        _repeat2 = 4;
        _repeat3 = 8;
    }

    /// <summary>Decodes a block.</summary>
    /// <param name="source">The block's first byte.</param>
    /// <param name="length">How many bytes the block has.</param>
    /// <param name="output">Where its output goes.</param>
    /// <param name="capacity">How many bytes may be put there.</param>
    /// <param name="blockSizeLimit">The most a block of this frame may hold.</param>
    /// <param name="history">How many bytes before <paramref name="output"/> the block may refer to.</param>
    /// <returns>How many bytes were put out, or <see cref="Corrupt"/> or <see cref="TooSmall"/>.</returns>
    public int Decode(byte* source, int length, byte* output, int capacity, int blockSizeLimit, long history)
    {
        var end = source + length;
        var room = Math.Min(capacity, blockSizeLimit);
        var used = ReadLiterals(source, length, output, room, blockSizeLimit);
        if (used < 0)
        {
            return used;
        }

        source += used;
        if (source >= end)
        {
            return Bad("a block ends before its sequences");
        }

        int sequences = *source++;
        if (sequences >= 128)
        {
            var more = sequences == 255 ? 2 : 1;
            if (end - source < more)
            {
                return Bad("a block ends within its number of sequences");
            }

            sequences = more == 2 ? 0x7F00 + source[0] + (source[1] << 8) : ((sequences - 128) << 8) + source[0];
            source += more;
        }

        if (sequences == 0)
        {
            if (source != end)
            {
                return Bad("a block without sequences goes on after their number");
            }

            var literals = (int)(_literalsEnd - _literals);
            if (literals > room)
            {
                return Full(capacity, blockSizeLimit);
            }

            if (_literals != output)
            {
                Unsafe.CopyBlockUnaligned(output, _literals, (uint)literals);
                GC.KeepAlive(this);
            }

            return literals;
        }

        used = ReadSequenceTables(source, (int)(end - source));
        if (used < 0)
        {
            return used;
        }

        source += used;
        if (source >= end || end[-1] == 0)
        {
            return Bad("the sequences of a block have no end mark");
        }

        var written = DecodeSequences(source, end, sequences, output, output + room, output - history);
        GC.KeepAlive(this);
        return written == TooSmall ? Full(capacity, blockSizeLimit) : written;
    }

    private int Bad(string reason)
    {
        Reason = reason;
        return Corrupt;
    }

    private int Full(int capacity, int blockSizeLimit) =>
        capacity < blockSizeLimit ? TooSmall : Bad("a block's output is larger than a block may be");

    private int ReadLiterals(byte* source, int length, byte* output, int room, int blockSizeLimit)
    {
        if (length < 2)
        {
            return Bad("a block is too short for its literals and sequences");
        }

        var type = source[0] & 3;
        var format = (source[0] >> 2) & 3;
        if (type >= CompressedLiterals)
        {
            return ReadCompressedLiterals(source, length, output, room, blockSizeLimit, type == CompressedLiterals, format);
        }

        int size;
        int header;
        switch (format)
        {
            case 1:
                header = 2;
                size = (source[0] >> 4) | (source[1] << 4);
                break;
            case 3:
                header = 3;
                size = length < 3 ? 0 : (source[0] >> 4) | (source[1] << 4) | (source[2] << 12);
                break;
            default:
                header = 1;
                size = source[0] >> 3;
                break;
        }

        var content = type == RawLiterals ? size : 1;
        if (length < header || length - header < content)
        {
            return Bad("a block ends within its literals");
        }

        if (size > blockSizeLimit)
        {
            return Bad("a block has more literals than a block may hold");
        }

        _literals = _literalBuffer;
        if (type != RawLiterals)
        {
            Unsafe.InitBlockUnaligned(_literalBuffer, source[header], (uint)size);
        }
        else if (length - header - size >= Margin)
        {
            // Used where they are: reading over their end stays inside of the block.
            _literals = source + header;
        }
        else
        {
            Unsafe.CopyBlockUnaligned(_literalBuffer, source + header, (uint)size);
        }

        _literalsEnd = _literals + size;
        return header + content;
    }

    private int ReadCompressedLiterals(byte* source, int length, byte* output, int room, int blockSizeLimit, bool hasTable, int format)
    {
        if (length < 5)
        {
            return Bad("a block is too short for compressed literals");
        }

        var bits = Unsafe.ReadUnaligned<uint>(source) | ((ulong)source[4] << 32);
        var width = format < 2 ? 10 : format == 2 ? 14 : 18;
        var header = format < 2 ? 3 : format + 2;
        var size = (int)(bits >> 4) & ((1 << width) - 1);
        var compressedSize = (int)(bits >> (4 + width)) & ((1 << width) - 1);
        if (size > blockSizeLimit)
        {
            return Bad("a block has more literals than a block may hold");
        }

        if (compressedSize > length - header)
        {
            return Bad("a block ends within its literals");
        }

        var stream = source + header;
        var streamLength = compressedSize;
        if (hasTable)
        {
            // The table is gone if its successor turns out bad; but then so is the frame.
            _hasPairs = false;
            var used = HuffmanTable.Read(stream, streamLength, _huffmanTable, out _huffmanLog);
            if (used < 0 || used >= streamLength)
            {
                _huffmanLog = -1;
                return Bad("the Huffman table of a block's literals is bad");
            }

            stream += used;
            streamLength -= used;
        }
        else if (_huffmanLog < 0)
        {
            return Bad("a block's literals are to be decoded with a Huffman table that no block before it has set");
        }

        // In a block without sequences the literals are the output, and need no copying.
        var isOutput = size <= room && header + compressedSize + 1 == length && source[length - 1] == 0;
        _literals = isOutput ? output : _literalBuffer;
        _literalsEnd = _literals + size;
        var decoded = format == 0
            ? HuffmanStreams.DecodeOne(stream, streamLength, _literals, size, _huffmanTable, _huffmanLog)
            : HuffmanStreams.DecodeFour(stream, streamLength, _literals, size, _huffmanTable, PairsFor(size, streamLength), _huffmanLog);
        return decoded ? header + compressedSize : Bad("the Huffman coded literals of a block are bad");
    }

    // The table of pairs takes time to make, which pays off only over many literals, most of them of fewer bits than half the table's.
    private uint* PairsFor(int literals, int compressedLength)
    {
        if (literals < PairedLiterals || _huffmanLog > PairedLog || compressedLength * 8L > literals * 6L)
        {
            return null;
        }

        if (!_hasPairs)
        {
            HuffmanTable.Pair(_huffmanTable, _huffmanPairs, _huffmanLog);
            _hasPairs = true;
        }

        return _huffmanPairs;
    }

    private int ReadSequenceTables(byte* source, int length)
    {
        if (length < 1)
        {
            return Bad("a block ends before its sequence tables");
        }

        int modes = source[0];
        if ((modes & 3) != 0)
        {
            return Bad("the reserved bits of a block's sequence modes are set");
        }

        var position = 1;
        var used = ReadSequenceTable(
            source + position,
            length - position,
            modes >> 6,
            FseSequenceTable.LiteralLengthSymbols,
            FseSequenceTable.LiteralLengthMaximumLog,
            FseSequenceTable.LiteralLengthValues,
            FseSequenceTable.DefaultLiteralLengths,
            FseSequenceTable.DefaultLiteralLengthLog,
            _ownLiteralLengths,
            ref _literalLengths,
            ref _literalLengthLog);
        if (used < 0)
        {
            return Bad("the literal length table of a block is bad");
        }

        position += used;
        used = ReadSequenceTable(
            source + position,
            length - position,
            (modes >> 4) & 3,
            FseSequenceTable.OffsetSymbols,
            FseSequenceTable.OffsetMaximumLog,
            FseSequenceTable.OffsetValues,
            FseSequenceTable.DefaultOffsets,
            FseSequenceTable.DefaultOffsetLog,
            _ownOffsets,
            ref _offsets,
            ref _offsetLog);
        if (used < 0)
        {
            return Bad("the offset table of a block is bad");
        }

        position += used;
        used = ReadSequenceTable(
            source + position,
            length - position,
            (modes >> 2) & 3,
            FseSequenceTable.MatchLengthSymbols,
            FseSequenceTable.MatchLengthMaximumLog,
            FseSequenceTable.MatchLengthValues,
            FseSequenceTable.DefaultMatchLengths,
            FseSequenceTable.DefaultMatchLengthLog,
            _ownMatchLengths,
            ref _matchLengths,
            ref _matchLengthLog);
        return used < 0 ? Bad("the match length table of a block is bad") : position + used;
    }

    [SkipLocalsInit]
    private static int ReadSequenceTable(
        byte* source,
        int length,
        int mode,
        int symbolCount,
        int maximumLog,
        ulong* values,
        ulong* defaults,
        int defaultLog,
        ulong* own,
        ref ulong* table,
        ref int tableLog)
    {
        switch (mode)
        {
            case 0:
                table = defaults;
                tableLog = defaultLog;
                return 0;
            case 1:
                var symbol = length < 1 ? symbolCount : source[0];
                if (symbol >= symbolCount)
                {
                    return -1;
                }

                // A single state, which leads to itself.
                own[0] = values[symbol];
                table = own;
                tableLog = 0;
                return 1;
            case 2:
                var counts = stackalloc short[FseSequenceTable.MatchLengthSymbols];
                var used = FseDistribution.Read(source, length, counts, ref symbolCount, maximumLog, out var log);
                if (used < 0)
                {
                    return -1;
                }

                FseSequenceTable.Build(own, counts, symbolCount, log, values);
                table = own;
                tableLog = log;
                return used;
            default:
                return tableLog < 0 ? -1 : 0;
        }
    }
}
