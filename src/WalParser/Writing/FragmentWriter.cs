using System.Buffers;
using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Writing;

/// <summary>
/// Writes a log fragment by fragment: fragments of any type, in any order. It knows blocks, but not records, so it also writes logs that no
/// server writes; <see cref="LogWriter"/> writes correct logs. It never flushes the output. An instance is not safe for use by several
/// threads at once.
/// </summary>
/// <param name="output">
/// The output of the bytes, such as a <see cref="System.IO.Pipelines.PipeWriter"/> or an <see cref="ArrayBufferWriter{T}"/>.
/// </param>
/// <param name="logNumber">The log number. Fragments of recyclable types carry its low 32 bits.</param>
/// <param name="position">
/// The number of bytes of the log that the output already contains. It determines where in its block the first fragment begins.
/// </param>
public sealed class FragmentWriter(IBufferWriter<byte> output, ulong logNumber = 0, long position = 0)
{
    /// <summary>The size of a block, in bytes. No fragment crosses the end of a block (<c>db/log_format.h</c>).</summary>
    public const int BlockSize = BlockSource.BlockSize;

    /// <summary>The size of the header of a fragment, in bytes.</summary>
    public const int HeaderSize = FragmentReader.HeaderSize;

    /// <summary>The size of the header of a fragment that carries the log number, in bytes.</summary>
    public const int RecyclableHeaderSize = FragmentReader.RecyclableHeaderSize;

    private readonly IBufferWriter<byte> _output = output ?? throw new ArgumentNullException(nameof(output));

    /// <summary>The log number.</summary>
    public ulong LogNumber { get; } = logNumber;

    /// <summary>The offset in the log after the last byte that was written, in bytes.</summary>
    public long Position { get; private set; } = position >= 0 ? position : throw new ArgumentOutOfRangeException(nameof(position));

    /// <summary>The number of bytes left in the block: from 1 to <see cref="BlockSize"/>.</summary>
    public int LeftInBlock => BlockSize - (int)(Position % BlockSize);

    /// <summary>Returns the size of the header of a type, in bytes.</summary>
    public static int HeaderSizeOf(FragmentType type) => FragmentReader.IsRecyclable(type) ? RecyclableHeaderSize : HeaderSize;

    /// <summary>Writes a fragment at the current position.</summary>
    /// <param name="type">The type, which need not be a known one.</param>
    /// <param name="payload">The payload.</param>
    /// <exception cref="ArgumentException">The fragment does not fit in the rest of the block.</exception>
    public void Write(FragmentType type, ReadOnlySpan<byte> payload)
    {
        int headerSize = HeaderSizeOf(type);
        int size = headerSize + payload.Length;
        if (size > LeftInBlock)
        {
            throw new ArgumentException(
                $"A fragment of {size} bytes does not fit in the {LeftInBlock} bytes that are left in the block.", nameof(payload));
        }

        Span<byte> fragment = _output.GetSpan(size)[..size];
        BinaryPrimitives.WriteUInt16LittleEndian(fragment[4..], (ushort)payload.Length);
        fragment[6] = (byte)type;
        if (headerSize == RecyclableHeaderSize)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(fragment[HeaderSize..], (uint)LogNumber);
        }

        payload.CopyTo(fragment[headerSize..]);
        BinaryPrimitives.WriteUInt32LittleEndian(fragment, Crc32C.Mask(Crc32C.Compute(fragment[6..])));
        _output.Advance(size);
        Position += size;
    }

    /// <summary>Writes bytes without a header.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        Position += bytes.Length;
    }

    /// <summary>
    /// Fills the rest of the block with a byte. It writes nothing at the beginning of a block. Zeros in a rest that is too short for a
    /// header are the trailer of the block.
    /// </summary>
    public void FillBlock(byte value = 0)
    {
        int left = (int)(-Position & (BlockSize - 1));
        _output.GetSpan(Math.Max(left, 1))[..left].Fill(value);
        _output.Advance(left);
        Position += left;
    }

    /// <summary>Fills the rest of the block with zeros if it is shorter than a size.</summary>
    /// <param name="size">The size, in bytes: that of the next fragment, or of its header.</param>
    public void FillBlockUnlessFits(int size)
    {
        if (LeftInBlock < size)
        {
            FillBlock();
        }
    }

    /// <summary>
    /// Returns the length of the payload of the next fragment of a record, as RocksDB's writer cuts records: the rest of the block after a
    /// header. A recyclable log has one exception. Where the record continues, a fragment is shortened so that it does not leave 7 to 10
    /// bytes in its block: zeros of that length read as the header of an empty fragment, and end the record. (RocksDB's writer has no such
    /// exception for compressed records, and its reader loses them.)
    /// </summary>
    /// <param name="length">The number of bytes to write, of which the fragment may contain fewer.</param>
    /// <param name="isRecyclable">Whether the type of the fragment is recyclable.</param>
    /// <param name="isContinued">Whether the record continues after these bytes.</param>
    /// <exception cref="InvalidOperationException">
    /// The rest of the block is shorter than a header: see <see cref="FillBlockUnlessFits"/>.
    /// </exception>
    public int PayloadLengthFor(int length, bool isRecyclable, bool isContinued)
    {
        int headerSize = isRecyclable ? RecyclableHeaderSize : HeaderSize;
        int room = LeftInBlock - headerSize;
        if (room < 0)
        {
            throw new InvalidOperationException(
                $"A header of {headerSize} bytes does not fit in the {LeftInBlock} bytes that are left in the block.");
        }

        int payload = Math.Min(length, room);
        int left = room - payload;
        int missing = headerSize - left;
        bool isTooShort = left >= HeaderSize && missing > 0 && (isContinued || payload < length);
        return isTooShort && payload >= missing ? payload - missing : payload;
    }
}
