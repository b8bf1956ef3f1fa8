using System.Buffers.Binary;

namespace WalParser.Kvrocks.Coding;

/// <summary>
/// Reads Kvrocks's integers, which are big-endian, from the front of bytes. After a failure, the reader must not be used.
/// </summary>
internal ref struct BigEndianReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>The bytes that were not read yet.</summary>
    public ReadOnlySpan<byte> Rest { get; private set; } = bytes;

    public bool TryRead8(out byte value)
    {
        value = 0;
        if (Rest.IsEmpty)
        {
            return false;
        }

        value = Rest[0];
        Rest = Rest[1..];
        return true;
    }

    public bool TryRead16(out ushort value) => BinaryPrimitives.TryReadUInt16BigEndian(Rest, out value) && Skip(sizeof(ushort));

    public bool TryRead32(out uint value) => BinaryPrimitives.TryReadUInt32BigEndian(Rest, out value) && Skip(sizeof(uint));

    public bool TryRead64(out ulong value) => BinaryPrimitives.TryReadUInt64BigEndian(Rest, out value) && Skip(sizeof(ulong));

    /// <summary>Reads a double in the form that sorts as bytes.</summary>
    public bool TryReadDouble(out double value)
    {
        bool isRead = TryRead64(out ulong bits);
        value = SortableDouble.Decode(bits);
        return isRead;
    }

    /// <summary>Reads bytes after their length in 64 bits.</summary>
    public bool TryReadSized64(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryRead64(out ulong length) && TryRead(length, out value);
    }

    /// <summary>Reads bytes after their length in 32 bits.</summary>
    public bool TryReadSized32(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryRead32(out uint length) && TryRead(length, out value);
    }

    /// <summary>Reads bytes after their length in 8 bits.</summary>
    public bool TryReadSized8(out ReadOnlySpan<byte> value)
    {
        value = default;
        return TryRead8(out byte length) && TryRead(length, out value);
    }

    private bool TryRead(ulong length, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (length > (ulong)Rest.Length)
        {
            return false;
        }

        value = Rest[..(int)length];
        Rest = Rest[(int)length..];
        return true;
    }

    private bool Skip(int length)
    {
        Rest = Rest[length..];
        return true;
    }
}
