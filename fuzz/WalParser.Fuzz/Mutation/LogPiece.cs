using System.Buffers.Binary;
using WalParser.Checksums;
using WalParser.Framing;

namespace WalParser.Fuzz.Mutation;

/// <summary>A piece of a log: a fragment, or bytes that are not a fragment.</summary>
/// <param name="Type">The type of the fragment, or null for other bytes.</param>
/// <param name="LogNumber">The log number, if the type has one.</param>
/// <param name="Content">The payload, or the bytes.</param>
internal sealed record LogPiece(FragmentType? Type, uint LogNumber, byte[] Content)
{
    public const int BlockSize = 32768;

    public static LogPiece OfBytes(ReadOnlySpan<byte> bytes) => new(null, 0, bytes.ToArray());

    public int HeaderSize => Type is { } type ? IsRecyclable(type) ? 11 : 7 : 0;

    public int Size => HeaderSize + Content.Length;

    public static bool IsRecyclable(FragmentType type) => (byte)type is >= 5 and <= 8 or 11 or 131;

    /// <summary>Parses a log. Where there is no fragment with a valid checksum, the rest of the block is a piece without a type.</summary>
    public static List<LogPiece> Parse(ReadOnlySpan<byte> log)
    {
        List<LogPiece> pieces = [];
        for (int position = 0; position < log.Length;)
        {
            ReadOnlySpan<byte> rest = log[position..Math.Min(log.Length, position - (position % BlockSize) + BlockSize)];
            LogPiece piece = TryParse(rest, out LogPiece? fragment) ? fragment! : OfBytes(rest);
            pieces.Add(piece);
            position += piece.Size;
        }

        return pieces;
    }

    /// <summary>Concatenates the pieces as they are, with valid checksums.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="spoiled">The index of a piece whose checksum is made invalid; null for none.</param>
    public static byte[] Serialize(IReadOnlyList<LogPiece> pieces, int? spoiled = null)
    {
        var log = new MemoryStream();
        Span<byte> header = stackalloc byte[11];
        for (int i = 0; i < pieces.Count; i++)
        {
            LogPiece piece = pieces[i];
            if (piece.Type is { } type)
            {
                Span<byte> used = header[..piece.HeaderSize];
                BinaryPrimitives.WriteUInt16LittleEndian(used[4..], (ushort)piece.Content.Length);
                used[6] = (byte)type;
                if (used.Length == 11)
                {
                    BinaryPrimitives.WriteUInt32LittleEndian(used[7..], piece.LogNumber);
                }

                uint checksum = Crc32C.Mask(Crc32C.Append(Crc32C.Compute(used[6..]), piece.Content));
                BinaryPrimitives.WriteUInt32LittleEndian(used, i == spoiled ? checksum ^ 0x100 : checksum);
                log.Write(used);
            }

            log.Write(piece.Content);
        }

        return log.ToArray();
    }

    /// <summary>
    /// Lays fragments out so that none crosses a block boundary. A fragment that would cross it is split into two fragments with the types
    /// of a continued record, or is moved to the next block, after zeros.
    /// </summary>
    public static List<LogPiece> LayOut(IEnumerable<LogPiece> pieces)
    {
        List<LogPiece> laid = [];
        int inBlock = 0;
        foreach (LogPiece given in pieces)
        {
            LogPiece piece = given;
            while (piece.Type is { } type && piece.Size > BlockSize - inBlock)
            {
                int room = BlockSize - inBlock - piece.HeaderSize;
                if (room < 0 || (byte)type is 0 or > 8)
                {
                    laid.Add(OfBytes(new byte[BlockSize - inBlock]));
                    inBlock = 0;
                    if (room >= 0 && piece.Size > BlockSize)
                    {
                        piece = piece with { Content = piece.Content[..(BlockSize - piece.HeaderSize)] };
                    }

                    continue;
                }

                bool isRecyclable = IsRecyclable(type);
                var plain = (FragmentType)((byte)type - (isRecyclable ? 4 : 0));
                (FragmentType head, FragmentType tail) = plain switch
                {
                    FragmentType.Full => (FragmentType.First, FragmentType.Last),
                    FragmentType.First => (FragmentType.First, FragmentType.Middle),
                    FragmentType.Last => (FragmentType.Middle, FragmentType.Last),
                    _ => (FragmentType.Middle, FragmentType.Middle),
                };
                byte step = isRecyclable ? (byte)4 : (byte)0;
                laid.Add(piece with { Type = head + step, Content = piece.Content[..room] });
                piece = piece with { Type = tail + step, Content = piece.Content[room..] };
                inBlock = 0;
            }

            laid.Add(piece);
            inBlock = (inBlock + piece.Size) % BlockSize;
        }

        return laid;
    }

    private static bool TryParse(ReadOnlySpan<byte> rest, out LogPiece? piece)
    {
        piece = null;
        if (rest.Length < 7)
        {
            return false;
        }

        var type = (FragmentType)rest[6];
        int header = IsRecyclable(type) ? 11 : 7;
        int size = header + BinaryPrimitives.ReadUInt16LittleEndian(rest[4..]);
        if (size > rest.Length || Crc32C.Mask(Crc32C.Compute(rest[6..size])) != BinaryPrimitives.ReadUInt32LittleEndian(rest))
        {
            return false;
        }

        uint number = header == 11 ? BinaryPrimitives.ReadUInt32LittleEndian(rest[7..]) : 0;
        piece = new LogPiece(type, number, rest[header..size].ToArray());
        return true;
    }
}
