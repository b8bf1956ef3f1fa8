using WalParser.Batches;
using WalParser.Coding;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// An operation of a batch: a tag, a column family, and one or two fields. <see cref="BatchTagTraits"/> says which of them a tag has. Bytes
/// that are not an operation are a piece with the tag <see cref="None"/> and with the bytes as the first field.
/// </summary>
internal sealed record BatchPiece(byte Tag, uint ColumnFamily, byte[] First, byte[] Second)
{
    private const byte None = 0xFF;

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
            BatchTagForm form = FormOf(tag);
            bool isGood = form != BatchTagForm.Unknown
                && (!HasFamily(form) || Varint.TryRead32(ref rest, out family))
                && (!HasFirst(form) || TryReadField(ref rest, out first))
                && (!HasSecond(form) || TryReadField(ref rest, out second));
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

        BatchTagForm form = FormOf(Tag);
        return
        [
            Tag,
            .. HasFamily(form) ? Serialize(ColumnFamily) : [],
            .. HasFirst(form) ? [.. Serialize((uint)First.Length), .. First] : Array.Empty<byte>(),
            .. HasSecond(form) ? [.. Serialize((uint)Second.Length), .. Second] : Array.Empty<byte>(),
        ];
    }

    private static BatchTagForm FormOf(byte tag) => BatchTagTraits.Of((BatchTag)tag).Form;

    private static bool HasFamily(BatchTagForm form) => (form & BatchTagForm.ColumnFamily) != 0;

    private static bool HasFirst(BatchTagForm form) => (form & (BatchTagForm.Key | BatchTagForm.Data)) != 0;

    private static bool HasSecond(BatchTagForm form) => (form & BatchTagForm.Second) != 0;

    private static bool TryReadField(ref ReadOnlySpan<byte> rest, out byte[] field)
    {
        field = [];
        if (!Varint.TryRead32(ref rest, out uint length) || length > (uint)rest.Length)
        {
            return false;
        }

        field = rest[..(int)length].ToArray();
        rest = rest[(int)length..];
        return true;
    }

    private static byte[] Serialize(uint varint)
    {
        byte[] bytes = new byte[Varint.SizeOf(varint)];
        Varint.Write(bytes, varint);
        return bytes;
    }
}
