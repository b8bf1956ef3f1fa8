using System.Buffers.Binary;
using WalParser.Framing;

namespace WalParser.TestSupport.Logs;

/// <summary>
/// Writes logs for tests as RocksDB's <c>log::Writer</c> does, from the description of the format and without the library: whole records,
/// or single fragments of any type.
/// </summary>
public sealed class LogBuilder(Stream output, uint? logNumber = null)
{
    private const int BlockSize = 32768;

    private readonly byte[] _header = new byte[11];
    private int _inBlock;

    private int HeaderSize => logNumber is null ? 7 : 11;

    /// <summary>Adds a record, in as many fragments as the blocks require.</summary>
    public LogBuilder Record(ReadOnlySpan<byte> payload)
    {
        bool isFirst = true;
        do
        {
            FillTrailer();
            int length = Math.Min(payload.Length, BlockSize - _inBlock - HeaderSize);
            bool isLast = length == payload.Length;
            FragmentType type = (isFirst, isLast) switch
            {
                (true, true) => FragmentType.Full,
                (true, false) => FragmentType.First,
                (false, false) => FragmentType.Middle,
                (false, true) => FragmentType.Last,
            };
            Fragment(logNumber is null ? type : type + 4, payload[..length]);
            payload = payload[length..];
            isFirst = false;
        }
        while (!payload.IsEmpty);
        return this;
    }

    /// <summary>
    /// Adds one fragment at the current position, whether or not it fits in its block. A recyclable type carries
    /// <paramref name="number"/>, or the log's number if that is null.
    /// </summary>
    public LogBuilder Fragment(FragmentType type, ReadOnlySpan<byte> payload, uint? number = null)
    {
        bool isRecyclable = (byte)type is >= 5 and <= 8 or 11 or 131;
        Span<byte> header = _header.AsSpan(0, isRecyclable ? 11 : 7);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)payload.Length);
        header[6] = (byte)type;
        if (isRecyclable)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(header[7..], number ?? logNumber ?? 0);
        }

        uint crc = WalBytes.Crc32C(payload, WalBytes.Crc32C(header[6..]));
        BinaryPrimitives.WriteUInt32LittleEndian(header, WalBytes.Mask(crc));
        return Raw(header).Raw(payload);
    }

    /// <summary>Adds bytes without a header.</summary>
    public LogBuilder Raw(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        _inBlock = (_inBlock + bytes.Length) % BlockSize;
        return this;
    }

    private void FillTrailer()
    {
        int left = BlockSize - _inBlock;
        if (left < HeaderSize)
        {
            Raw(new byte[left]);
        }
    }
}
