using System.Buffers.Binary;

namespace WalParser.Fuzz.Mutation;

/// <summary>
/// Changes a write batch as a sequence of operations: removes, duplicates, moves, exchanges and creates operations, and changes their tags,
/// column families, keys and values. The count in the header is corrected afterwards, except occasionally.
/// </summary>
internal sealed class BatchMutator : IMutator
{
    private const int HeaderSize = 12;

    private static readonly byte[] Tags = [.. Enumerable.Range(0, 0x1A).Select(tag => (byte)tag)];

    private static readonly ByteMutator Bytes = ByteMutator.OfLibraries;

    public byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        if (input.Length < HeaderSize || random.Next(8) == 0)
        {
            return Bytes.Mutate(input, other, random);
        }

        List<BatchPiece> pieces = BatchPiece.Parse(input.AsSpan(HeaderSize));
        ulong sequence = BinaryPrimitives.ReadUInt64LittleEndian(input);
        int changes = 1 << random.Next(4);
        for (int i = 0; i < changes; i++)
        {
            Change(pieces, other, random, ref sequence);
        }

        byte[] header = new byte[HeaderSize];
        int count = pieces.Count(piece => piece.Counts) + (random.Next(20) == 0 ? 1 : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(header, sequence);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(sizeof(ulong)), count);
        return [.. header, .. pieces.SelectMany(piece => piece.Serialize())];
    }

    public IReadOnlyList<int> PartsOf(byte[] input) =>
        input.Length < HeaderSize
            ? []
            : [HeaderSize, .. BatchPiece.Parse(input.AsSpan(HeaderSize)).Select(piece => piece.Serialize().Length)];

    private static void Change(List<BatchPiece> pieces, byte[] other, Random random, ref ulong sequence)
    {
        int at = random.Next(pieces.Count + 1);
        if (at == pieces.Count || random.Next(6) == 0)
        {
            pieces.Insert(at, Make(random));
            return;
        }

        BatchPiece piece = pieces[at];
        int choice = random.Next(11);
        switch (choice)
        {
            case < 3:
                PieceChange.Rearrange(pieces, at, choice, random);
                break;
            case 3:
                pieces[at] = piece with { Tag = Tags[random.Next(Tags.Length)] };
                break;
            case 4:
                pieces[at] = piece with { ColumnFamily = random.Next(4) == 0 ? (uint)random.Next() : (uint)random.Next(8) };
                break;
            case 5:
                sequence = random.Next(4) switch { 0 => (1UL << 56) - 1, 1 => 0, 2 => sequence + 1, _ => (ulong)random.NextInt64() };
                break;
            case 6 when other.Length > HeaderSize:
                pieces.InsertRange(at, BatchPiece.Parse(other.AsSpan(HeaderSize)).Take(random.Next(1, 4)));
                break;
            case 7:
                // The key of another operation, because the interesting batches write the same key twice.
                pieces[at] = piece with { First = pieces[random.Next(pieces.Count)].First };
                break;
            case 8:
                pieces[at] = piece with { First = Bytes.Mutate(piece.First, piece.Second, random) };
                break;
            default:
                pieces[at] = piece with { Second = Bytes.Mutate(piece.Second, piece.First, random) };
                break;
        }
    }

    private static BatchPiece Make(Random random)
    {
        byte[] first = new byte[random.Next(20)];
        byte[] second = new byte[random.Next(40)];
        random.NextBytes(first);
        random.NextBytes(second);
        return new BatchPiece(Tags[random.Next(Tags.Length)], (uint)random.Next(4), first, second);
    }
}
