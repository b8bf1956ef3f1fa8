using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Framing;

namespace WalParser.Tests.Fixtures;

/// <summary>
/// Writes logs for tests as RocksDB's log::Writer does, from the format's description alone: whole records, or single
/// fragments of any kind.
/// </summary>
internal sealed class LogBuilder(Stream output, uint? logNumber = null)
{
    private const int BlockSize = 32768;

    private readonly byte[] _header = new byte[11];
    private int _inBlock;

    private int HeaderSize => logNumber is null ? 7 : 11;

    /// <summary>Adds a record, in as many fragments as the blocks ask for.</summary>
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

    /// <summary>Adds one fragment as it is told, where it stands; a recyclable type carries <paramref name="number"/> or the log's own.</summary>
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

        uint crc = Crc32C.Append(Crc32C.Compute(header[6..]), payload);
        BinaryPrimitives.WriteUInt32LittleEndian(header, Crc32C.Mask(crc));
        return Raw(header).Raw(payload);
    }

    /// <summary>Adds bytes as they are.</summary>
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
