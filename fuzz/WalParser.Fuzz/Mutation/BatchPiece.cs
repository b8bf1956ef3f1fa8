using System.Numerics;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// An operation of a batch, parsed by the description of the format: a tag, a column family, and one or two fields. Bytes that are not an
/// operation are a piece with the tag <see cref="None"/> and with the bytes as the first field.
/// </summary>
internal sealed record BatchPiece(byte Tag, uint ColumnFamily, byte[] First, byte[] Second)
{
    private const byte None = 0xFF;

    private enum Shape : byte
    {
        Unknown,
        Mark,
        OneField,
        TwoFields,
    }

    /// <summary>Whether the count in the batch's header includes it.</summary>
    public bool Counts => Tag is 0x00 or 0x01 or 0x02 or (>= 0x04 and <= 0x08) or (>= 0x0E and <= 0x11) or (>= 0x16 and <= 0x19);

    /// <summary>Parses the operations of a batch, which follow its header.</summary>
    public static List<BatchPiece> Parse(ReadOnlySpan<byte> bytes)
    {
        List<BatchPiece> pieces = [];
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> rest = bytes[1..];
            byte tag = bytes[0];
            uint family = 0;
            byte[] first = [];
            byte[] second = [];
            Shape shape = ShapeOf(tag);
            bool isGood = shape != Shape.Unknown
                && (!HasFamily(tag) || TryReadVarint(ref rest, out family))
                && (shape == Shape.Mark || TryReadField(ref rest, out first))
                && (shape != Shape.TwoFields || TryReadField(ref rest, out second));
            if (!isGood)
            {
                pieces.Add(new BatchPiece(None, 0, bytes.ToArray(), []));
                break;
            }

            pieces.Add(new BatchPiece(tag, family, first, second));
            bytes = rest;
        }

        return pieces;
    }

    public byte[] Serialize()
    {
        if (Tag == None)
        {
            return First;
        }

        Shape shape = ShapeOf(Tag);
        return
        [
            Tag,
            .. HasFamily(Tag) ? Varint(ColumnFamily) : [],
            .. shape >= Shape.OneField ? [.. Varint((uint)First.Length), .. First] : Array.Empty<byte>(),
            .. shape == Shape.TwoFields ? [.. Varint((uint)Second.Length), .. Second] : Array.Empty<byte>(),
        ];
    }

    private static bool HasFamily(byte tag) => tag is 0x04 or 0x05 or 0x06 or 0x08 or 0x0E or 0x10 or 0x17 or 0x19;

    private static Shape ShapeOf(byte tag) => tag switch
    {
        0x00 or 0x03 or 0x04 or 0x07 or 0x08 or 0x0A or 0x0B or 0x0C => Shape.OneField,
        0x01 or 0x02 or 0x05 or 0x06 or (>= 0x0E and <= 0x11) or (>= 0x15 and <= 0x19) => Shape.TwoFields,
        0x09 or 0x0D or 0x12 or 0x13 => Shape.Mark,
        _ => Shape.Unknown,
    };

    private static bool TryReadVarint(ref ReadOnlySpan<byte> rest, out uint value)
    {
        value = 0;
        for (int i = 0; i < 5 && i < rest.Length; i++)
        {
            value |= (uint)(rest[i] & 0x7F) << (7 * i);
            if (rest[i] < 0x80)
            {
                rest = rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    private static bool TryReadField(ref ReadOnlySpan<byte> rest, out byte[] field)
    {
        field = [];
        if (!TryReadVarint(ref rest, out uint length) || length > (uint)rest.Length)
        {
            return false;
        }

        field = rest[..(int)length].ToArray();
        rest = rest[(int)length..];
        return true;
    }

    private static byte[] Varint(uint value)
    {
        byte[] bytes = new byte[Math.Max(1, (BitOperations.Log2(value) / 7) + 1)];
        for (int i = 0; i < bytes.Length; i++, value >>= 7)
        {
            bytes[i] = (byte)(value | (i < bytes.Length - 1 ? 0x80u : 0));
        }

        return bytes;
    }
}
