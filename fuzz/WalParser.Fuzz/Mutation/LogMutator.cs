using WalParser.Compression;
using WalParser.Framing;
using WalParser.Testing.Compression;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// Changes a log as a sequence of fragments: removes, duplicates, moves, splits and joins them, changes their types and log numbers,
/// inserts fragments of another log, zeros or garbage, and changes payloads with another mutator. In a compressed log, it changes the
/// content of the frames. Checksums are corrected afterwards, except occasionally one.
/// </summary>
/// <param name="contents">Mutates payloads.</param>
internal sealed class LogMutator(IMutator contents) : IMutator
{
    private static readonly FragmentType[] Types =
    [
        .. Enumerable.Range(0, 13).Select(type => (FragmentType)type),
        FragmentType.PredecessorWalInfo, FragmentType.RecyclablePredecessorWalInfo,
        (FragmentType)20, (FragmentType)127, (FragmentType)128, (FragmentType)200, (FragmentType)255,
    ];

    private static readonly ZstdMutator Frames = new();

    private static readonly ByteMutator Bytes = ByteMutator.OfLibraries;

    public byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        List<LogPiece> pieces = LogPiece.Parse(input);
        int changes = 1 << random.Next(4);
        for (int i = 0; i < changes; i++)
        {
            Change(pieces, other, random);
        }

        if (random.Next(4) > 0)
        {
            pieces = LogPiece.LayOut(pieces);
        }

        int? spoiled = pieces.Count > 0 && random.Next(12) == 0 ? random.Next(pieces.Count) : null;
        byte[] log = LogPiece.Serialize(pieces, spoiled);
        return random.Next(20) == 0 ? log[..random.Next(log.Length + 1)] : log;
    }

    public IReadOnlyList<int> PartsOf(byte[] input) => [.. LogPiece.Parse(input).Select(piece => piece.Size)];

    private void Change(List<LogPiece> pieces, byte[] other, Random random)
    {
        if (pieces.Count == 0)
        {
            pieces.Add(MakeFragment(random));
            return;
        }

        int at = random.Next(pieces.Count);
        LogPiece piece = pieces[at];
        int choice = random.Next(16);
        switch (choice)
        {
            case < 3:
                PieceChange.Rearrange(pieces, at, choice, random);
                break;
            case 3 when piece.Type is not null:
                pieces[at] = piece with { Type = Types[random.Next(Types.Length)] };
                break;
            case 4:
                ToggleRecyclable(pieces, random);
                break;
            case 5:
                uint number = random.Next(4) switch
                {
                    0 => piece.LogNumber + 1,
                    1 => piece.LogNumber - 1,
                    2 => (uint)random.Next(),
                    _ => 7,
                };
                pieces[at] = piece with { LogNumber = number };
                break;
            case 6:
                Split(pieces, at, random);
                break;
            case 7:
                pieces.Insert(at, MakeFragment(random));
                break;
            case 8:
                pieces.Insert(at, LogPiece.OfBytes(new byte[random.Next(3) == 0 ? random.Next(LogPiece.BlockSize) : random.Next(14)]));
                break;
            case 9 when other.Length > 0:
                List<LogPiece> others = LogPiece.Parse(other);
                int from = random.Next(others.Count);
                pieces.InsertRange(at, others.GetRange(from, random.Next(1, Math.Min(4, others.Count - from) + 1)));
                break;
            case 10:
                FillToEdge(pieces, at, random);
                break;
            case 11:
                pieces[at] = piece with { Content = Limit(Bytes.Mutate(piece.Content, other, random)) };
                break;
            case 12:
                pieces.RemoveRange(at, random.Next(1, pieces.Count - at + 1));
                break;
            default:
                byte[] with = pieces[random.Next(pieces.Count)].Content;
                byte[] changed = IsCompressed(pieces, at)
                    ? MutateFrame(piece.Content, with, random)
                    : contents.Mutate(piece.Content, with, random);
                pieces[at] = piece with { Content = Limit(changed) };
                break;
        }
    }

    /// <summary>Whether a fragment is a whole record after the record that declares compression. Such a fragment is a frame.</summary>
    private static bool IsCompressed(List<LogPiece> pieces, int at) =>
        pieces[at].Type is FragmentType.Full or FragmentType.RecyclableFull
        && pieces.Take(at).Any(piece => piece is { Type: FragmentType.SetCompressionType, Content: [(byte)CompressionType.Zstd, 0, 0, 0] });

    /// <summary>Changes the content of a frame and compresses it again, or occasionally changes the frame itself.</summary>
    private byte[] MutateFrame(byte[] frame, byte[] other, Random random)
    {
        if (random.Next(4) == 0 || FrameContent.OfZstd(frame) is not { } content)
        {
            return Frames.Mutate(frame, other, random);
        }

        byte[] changed = contents.Mutate(content, FrameContent.OfZstd(other) ?? other, random);
        return changed.Length == 0 ? changed : ZstdFrame.Compress(changed);
    }

    private static byte[] Limit(byte[] content) => content.Length <= ushort.MaxValue ? content : content[..ushort.MaxValue];

    private static LogPiece MakeFragment(Random random)
    {
        byte[] content = new byte[random.Next(6) switch { 0 => 0, 1 => 24, 2 => 6, 3 => 4, 4 => 12, _ => random.Next(100) }];
        for (int i = 0; i < content.Length; i++)
        {
            content[i] = (byte)(random.Next(2) == 0 ? random.Next(10) : random.Next(256));
        }

        if (content.Length == 4)
        {
            content = [7, 0, 0, 0]; // ZSTD, as the payload of SetCompressionType.
        }

        return new LogPiece(Types[random.Next(Types.Length)], 7, content);
    }

    /// <summary>Adds a log number to all fragments of records, or removes it from all of them.</summary>
    private static void ToggleRecyclable(List<LogPiece> pieces, Random random)
    {
        bool isRecyclable = random.Next(2) == 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            if (pieces[i].Type is { } type && (byte)type is >= 1 and <= 8)
            {
                pieces[i] = pieces[i] with { Type = (FragmentType)(((byte)type - 1) % 4 + (isRecyclable ? 5 : 1)), LogNumber = 7 };
            }
        }
    }

    private static void Split(List<LogPiece> pieces, int at, Random random)
    {
        LogPiece piece = pieces[at];
        if (piece.Type is not { } type || (byte)type is 0 or > 8)
        {
            return;
        }

        int cut = random.Next(piece.Content.Length + 1);
        byte step = (byte)type > 4 ? (byte)4 : (byte)0;
        bool begins = (byte)type - step is 1 or 2;
        bool ends = (byte)type - step is 1 or 4;
        pieces[at] = piece with { Type = (begins ? FragmentType.First : FragmentType.Middle) + step, Content = piece.Content[..cut] };
        pieces.Insert(
            at + 1, piece with { Type = (ends ? FragmentType.Last : FragmentType.Middle) + step, Content = piece.Content[cut..] });
    }

    /// <summary>Inserts a fragment that fills the block except for a few bytes, or completely.</summary>
    private static void FillToEdge(List<LogPiece> pieces, int at, Random random)
    {
        int inBlock = pieces.Take(at).Sum(piece => piece.Size) % LogPiece.BlockSize;
        int length = LogPiece.BlockSize - inBlock - 11 - random.Next(25);
        if (length > 0)
        {
            pieces.Insert(at, new LogPiece(random.Next(2) == 0 ? FragmentType.Full : FragmentType.RecyclableFull, 7, new byte[length]));
        }
    }
}
