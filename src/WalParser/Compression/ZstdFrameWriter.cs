using System.Buffers.Binary;

namespace WalParser.Compression;

/// <summary>
/// Makes Zstandard frames (RFC 8878) without compressing much: bytes are stored in raw blocks, and runs of a same byte become RLE blocks. As libzstd does for
/// RocksDB's logs, a frame has its content's size and checksum. A block is at most 128 KiB, and nothing refers back, so that no decoder needs a
/// window larger than that.
/// </summary>
internal abstract class ZstdFrameWriter
{
    private const int MaxBlockSize = 128 * 1024;

    /// <summary>The shortest run that is worth two blocks more.</summary>
    private const int ShortestRun = 16;

    private const byte ContentChecksumFlag = 0x04;
    private const byte SingleSegmentFlag = 0x20;

    /// <summary>The window descriptor of 128 KiB: exponent 7, mantissa 0.</summary>
    private const byte Window = 7 << 3;

    private XxHash64 _hash;
    private int _left;
    private bool _hasFrame;

    private enum BlockType
    {
        Raw = 0,
        Rle = 1,
    }

    /// <summary>Begins a frame.</summary>
    /// <param name="contentLength">How many bytes <see cref="Append"/> will bring in all; not none.</param>
    public virtual void Begin(int contentLength)
    {
        Span<byte> header = stackalloc byte[10];
        BinaryPrimitives.WriteUInt32LittleEndian(header, ZstdFrameHeader.Magic);
        int length = 6;
        bool isSingleSegment = contentLength <= MaxBlockSize;
        int sizeFlag;
        if (!isSingleSegment)
        {
            header[5] = Window;
            BinaryPrimitives.WriteInt32LittleEndian(header[6..], contentLength);
            sizeFlag = 2;
            length = 10;
        }
        else if (contentLength < 256)
        {
            header[5] = (byte)contentLength;
            sizeFlag = 0;
        }
        else if (contentLength - 256 <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(header[5..], (ushort)(contentLength - 256));
            sizeFlag = 1;
            length = 7;
        }
        else
        {
            BinaryPrimitives.WriteInt32LittleEndian(header[5..], contentLength);
            sizeFlag = 2;
            length = 9;
        }

        header[4] = (byte)((sizeFlag << 6) | (isSingleSegment ? SingleSegmentFlag : 0) | ContentChecksumFlag);
        _hash.Reset();
        _left = contentLength;
        _hasFrame = true;
        Emit(header[..length]);
    }

    /// <summary>Adds content.</summary>
    public void Append(ReadOnlySpan<byte> content)
    {
        _hash.Append(content);
        while (!content.IsEmpty)
        {
            int run = RunAt(content);
            if (run < ShortestRun)
            {
                int length = 0;
                while (length < content.Length && run < ShortestRun)
                {
                    length += run;
                    run = length < content.Length ? RunAt(content[length..]) : 0;
                }

                EmitBlocks(BlockType.Raw, content[..length]);
                content = content[length..];
            }
            else
            {
                EmitBlocks(BlockType.Rle, content[..run]);
                content = content[run..];
            }
        }
    }

    /// <summary>Ends the frame.</summary>
    public virtual void End()
    {
        if (_hasFrame)
        {
            _hasFrame = false;
            Span<byte> checksum = stackalloc byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(checksum, (uint)_hash.ToHash());
            Emit(checksum);
        }
    }

    /// <summary>Takes the frame's bytes, as they come about.</summary>
    protected abstract void Emit(ReadOnlySpan<byte> bytes);

    private static int RunAt(ReadOnlySpan<byte> content)
    {
        int end = content.IndexOfAnyExcept(content[0]);
        return end < 0 ? content.Length : end;
    }

    private void EmitBlocks(BlockType type, ReadOnlySpan<byte> content)
    {
        Span<byte> header = stackalloc byte[3];
        while (!content.IsEmpty)
        {
            int length = Math.Min(content.Length, MaxBlockSize);
            _left -= length;
            int value = (length << 3) | ((int)type << 1) | (_left == 0 ? 1 : 0);
            BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)value);
            header[2] = (byte)(value >> 16);
            Emit(header);
            Emit(type == BlockType.Rle ? content[..1] : content[..length]);
            content = content[length..];
        }
    }
}
