using System.Buffers;
using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Framing;
using WalParser.IO;

namespace WalParser.Writing;

/// <summary>
/// Writes a log fragment by fragment, as told: any type, in any order, and with flaws that are asked for by name. It knows blocks, but no
/// records; <see cref="LogWriter"/> is what writes good logs. Nothing is flushed: that is for the owner of the output.
/// </summary>
/// <param name="output">Where the bytes go: a <see cref="System.IO.Pipelines.PipeWriter"/>, an <see cref="ArrayBufferWriter{T}"/>.</param>
/// <param name="logNumber">The log's number; fragments of recyclable types carry its low 32 bits.</param>
/// <param name="position">How many bytes of the log the output already holds: where in its block the first fragment begins follows from that.</param>
public sealed class FragmentWriter(IBufferWriter<byte> output, ulong logNumber = 0, long position = 0)
{
    /// <summary>The size of a block, in bytes. No fragment reaches over the end of one.</summary>
    public const int BlockSize = BlockSource.BlockSize;

    /// <summary>The size of a fragment's header, in bytes.</summary>
    public const int HeaderSize = FragmentReader.HeaderSize;

    /// <summary>The size, in bytes, of the header of a fragment that carries the log's number.</summary>
    public const int RecyclableHeaderSize = FragmentReader.RecyclableHeaderSize;

    private readonly IBufferWriter<byte> _output = output ?? throw new ArgumentNullException(nameof(output));

    /// <summary>The offset in the log behind what was written, in bytes.</summary>
    public long Position { get; private set; } = position >= 0 ? position : throw new ArgumentOutOfRangeException(nameof(position));

    /// <summary>How many bytes are left in the block: from 1 to <see cref="BlockSize"/>.</summary>
    public int LeftInBlock => BlockSize - (int)(Position % BlockSize);

    /// <summary>The size in bytes of the header that a type has.</summary>
    public static int HeaderSizeOf(FragmentType type) => FragmentReader.IsRecyclable(type) ? RecyclableHeaderSize : HeaderSize;

    /// <summary>Writes a fragment where the log stands, under a good header.</summary>
    /// <param name="type">Its type, which may be none that is known.</param>
    /// <param name="payload">Its payload.</param>
    /// <exception cref="ArgumentException">It does not fit in what is left of the block.</exception>
    public void Write(FragmentType type, ReadOnlySpan<byte> payload)
    {
        EnsureFits(type, payload, mayCross: false);
        Write(type, payload, default);
    }

    /// <summary>Writes a fragment with something wrong about it, on purpose.</summary>
    /// <param name="type">Its type, which may be none that is known.</param>
    /// <param name="payload">Its payload, of 65,535 bytes at the most.</param>
    /// <param name="flaws">What is wrong.</param>
    /// <exception cref="ArgumentException">
    /// It does not fit in what is left of the block, and <see cref="FragmentFlaws.CrossesBlocks"/> is not set; or it is too long for any length field;
    /// or a flaw makes no difference to it, or there is none. Nothing is written then.
    /// </exception>
    public void WriteFlawed(FragmentType type, ReadOnlySpan<byte> payload, FragmentFlaws flaws)
    {
        EnsureFits(type, payload, flaws.CrossesBlocks);
        if (flaws.WhyNot(type, payload.Length, (uint)logNumber, LeftInBlock) is { } reason)
        {
            throw new ArgumentException(reason, nameof(flaws));
        }

        Write(type, payload, flaws);
    }

    /// <summary>Writes bytes as they are.</summary>
    public void WriteRaw(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        Position += bytes.Length;
    }

    /// <summary>Fills the rest of the block with a byte, if anything of it was written: the trailer, if it is zero and too short for a header.</summary>
    public void FillBlock(byte value = 0)
    {
        int left = (int)(-Position & (BlockSize - 1));
        _output.GetSpan(Math.Max(left, 1))[..left].Fill(value);
        _output.Advance(left);
        Position += left;
    }

    private void EnsureFits(FragmentType type, ReadOnlySpan<byte> payload, bool mayCross)
    {
        int headerSize = HeaderSizeOf(type);
        if (payload.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"A payload of {payload.Length} bytes is too long for the length field.", nameof(payload));
        }

        if (!mayCross && headerSize + payload.Length > LeftInBlock)
        {
            throw new ArgumentException(
                $"A fragment of {headerSize + payload.Length} bytes does not fit in the {LeftInBlock} that are left in the block.", nameof(payload));
        }
    }

    private void Write(FragmentType type, ReadOnlySpan<byte> payload, in FragmentFlaws flaws)
    {
        int headerSize = HeaderSizeOf(type);
        Span<byte> fragment = _output.GetSpan(headerSize + payload.Length)[..(headerSize + payload.Length)];
        BinaryPrimitives.WriteUInt16LittleEndian(fragment[4..], flaws.ClaimedLength ?? (ushort)payload.Length);
        fragment[6] = (byte)type;
        if (headerSize == RecyclableHeaderSize)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(fragment[HeaderSize..], flaws.ForeignLogNumber ?? (uint)logNumber);
        }

        payload.CopyTo(fragment[headerSize..]);
        uint checksum = Crc32C.Compute(fragment[6..]);
        BinaryPrimitives.WriteUInt32LittleEndian(fragment, (flaws.HasUnmaskedChecksum ? checksum : Crc32C.Mask(checksum)) ^ flaws.ChecksumError);

        // The checksum is taken; from here on, what is claimed is no longer covered by it.
        fragment[6] = (byte)(flaws.ClaimedType ?? type);
        if (headerSize == RecyclableHeaderSize && flaws.ClaimedLogNumber is { } claimed)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(fragment[HeaderSize..], claimed);
        }

        if (flaws.PayloadError != 0)
        {
            fragment[headerSize] ^= flaws.PayloadError;
        }

        int written = flaws.TornAfter ?? fragment.Length;
        _output.Advance(written);
        Position += written;
    }
}
