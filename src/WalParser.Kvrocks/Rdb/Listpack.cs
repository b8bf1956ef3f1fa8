using System.Buffers;
using System.Buffers.Binary;

namespace WalParser.Kvrocks.Rdb;

// A listpack (Redis, src/listpack.md); integers in it are little-endian:
//
//   +-----------+-----------+ - - - - +------+
//   | bytes (4) | count (2) | entries | 0xFF |
//   +-----------+-----------+ - - - - +------+
//
// An entry is its form with its value, and then the length of these, backwards, so that it can be read from the end: seven bits in each
// byte, the most significant byte first, and the top bit in all bytes but the first.
//
//   0xxxxxxx                      an integer of 7 bits, not negative
//   10xxxxxx                      a string of up to 63 bytes
//   110xxxxx and 1 byte           an integer of 13 bits, big-endian
//   1110xxxx and 1 byte           a string of up to 4,095 bytes
//   11110000 and 4 bytes          a string of any length
//   11110001 to 11110100          an integer of 2, 3, 4 or 8 bytes
//
// As a count, 65,535 means that it is not known.

/// <summary>Makes the listpacks of lists and streams. An instance makes one after the other.</summary>
internal sealed class Listpack
{
    /// <summary>The size of a listpack without entries.</summary>
    public const int EmptySize = HeaderSize + 1;

    private const int HeaderSize = sizeof(uint) + sizeof(ushort);
    private const int LongestForm = 1 + sizeof(ulong);
    private const int LongestBacklength = 5;

    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int _count;

    public Listpack() => Clear();

    /// <summary>The size so far, in bytes.</summary>
    public int Size => _bytes.WrittenCount + 1;

    /// <summary>Removes all entries.</summary>
    public void Clear()
    {
        _bytes.ResetWrittenCount();
        _bytes.GetSpan(HeaderSize)[..HeaderSize].Clear();
        _bytes.Advance(HeaderSize);
        _count = 0;
    }

    public void Add(long number)
    {
        Span<byte> form = stackalloc byte[LongestForm];
        Add(form[..EncodeInteger(number, form)], []);
    }

    /// <summary>Adds a string. As in Redis, one that is the decimal form of an integer is stored as the integer.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        Span<byte> form = stackalloc byte[LongestForm];
        if (CanonicalInteger.TryParse(text, out long number))
        {
            Add(form[..EncodeInteger(number, form)], []);
        }
        else
        {
            Add(form[..EncodeStringStart(text.Length, form)], text);
        }
    }

    /// <summary>Returns the size of the entry of a string.</summary>
    public static long SizeOf(ReadOnlySpan<byte> text)
    {
        Span<byte> form = stackalloc byte[LongestForm];
        long length = CanonicalInteger.TryParse(text, out long number)
            ? EncodeInteger(number, form)
            : EncodeStringStart(text.Length, form) + (long)text.Length;
        return length + BacklengthSize(length);
    }

    /// <summary>Writes the listpack as a string of an RDB file, and removes all entries.</summary>
    public void WriteTo(RdbOutput output)
    {
        _bytes.GetSpan(1)[0] = 0xFF;
        _bytes.Advance(1);
        Span<byte> header = stackalloc byte[HeaderSize];
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)_bytes.WrittenCount);
        BinaryPrimitives.WriteUInt16LittleEndian(header[sizeof(uint)..], (ushort)Math.Min(_count, ushort.MaxValue));
        output.WriteLength(_bytes.WrittenCount);
        output.WriteRaw(header);
        output.WriteRaw(_bytes.WrittenSpan[HeaderSize..]);
        Clear();
    }

    private static int EncodeInteger(long number, Span<byte> form)
    {
        switch (number)
        {
            case >= 0 and < 1 << 7:
                form[0] = (byte)number;
                return 1;
            case >= -(1 << 12) and < 1 << 12:
                BinaryPrimitives.WriteUInt16BigEndian(form, (ushort)(0xC000 | (number & 0x1FFF)));
                return sizeof(ushort);
            case >= short.MinValue and <= short.MaxValue:
                form[0] = 0xF1;
                BinaryPrimitives.WriteInt16LittleEndian(form[1..], (short)number);
                return 1 + sizeof(short);
            case >= -(1 << 23) and < 1 << 23:
                BinaryPrimitives.WriteInt32LittleEndian(form[1..], (int)number);
                form[0] = 0xF2;
                return 4;
            case >= int.MinValue and <= int.MaxValue:
                form[0] = 0xF3;
                BinaryPrimitives.WriteInt32LittleEndian(form[1..], (int)number);
                return 1 + sizeof(int);
            default:
                form[0] = 0xF4;
                BinaryPrimitives.WriteInt64LittleEndian(form[1..], number);
                return 1 + sizeof(long);
        }
    }

    private static int EncodeStringStart(int length, Span<byte> form)
    {
        switch (length)
        {
            case < 1 << 6:
                form[0] = (byte)(0x80 | length);
                return 1;
            case < 1 << 12:
                BinaryPrimitives.WriteUInt16BigEndian(form, (ushort)(0xE000 | length));
                return sizeof(ushort);
            default:
                form[0] = 0xF0;
                BinaryPrimitives.WriteInt32LittleEndian(form[1..], length);
                return 1 + sizeof(int);
        }
    }

    /// <summary>
    /// Returns the number of bytes that the backward length has. Redis computes it from the length, and its bounds are one less than what
    /// the bytes could hold (<c>lpEncodeBacklen</c>).
    /// </summary>
    private static int BacklengthSize(long length) => length switch
    {
        <= 127 => 1,
        < 16_383 => 2,
        < 2_097_151 => 3,
        < 268_435_455 => 4,
        _ => LongestBacklength,
    };

    private void Add(ReadOnlySpan<byte> form, ReadOnlySpan<byte> text)
    {
        _bytes.Write(form);
        _bytes.Write(text);
        long length = form.Length + (long)text.Length;
        int size = BacklengthSize(length);
        Span<byte> backlength = _bytes.GetSpan(size)[..size];
        for (int i = 0; i < size; i++)
        {
            int shift = 7 * (size - 1 - i);
            backlength[i] = (byte)(((length >> shift) & 0x7F) | (i == 0 ? 0u : 0x80u));
        }

        _bytes.Advance(size);
        _count++;
    }
}
