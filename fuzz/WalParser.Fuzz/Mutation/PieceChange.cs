namespace WalParser.Fuzz.Mutation;

/// <summary>Changes sequences of pieces of any type.</summary>
internal static class PieceChange
{
    /// <summary>Removes, duplicates, moves or inserts a piece, or, most often, changes one.</summary>
    /// <param name="pieces">The pieces.</param>
    /// <param name="others">Pieces of another input.</param>
    /// <param name="random">The source of all randomness.</param>
    /// <param name="change">Changes a piece.</param>
    public static void Apply<T>(List<T> pieces, List<T> others, Random random, Func<T, T> change)
    {
        int at = random.Next(pieces.Count + 1);
        if (at == pieces.Count)
        {
            if (others.Count > 0)
            {
                pieces.Add(others[random.Next(others.Count)]);
            }

            return;
        }

        T piece = pieces[at];
        switch (random.Next(10))
        {
            case 0:
                pieces.RemoveAt(at);
                break;
            case 1:
                pieces.Insert(random.Next(pieces.Count + 1), piece);
                break;
            case 2:
                pieces.RemoveAt(at);
                pieces.Insert(random.Next(pieces.Count + 1), piece);
                break;
            case 3 when others.Count > 0:
                pieces.Insert(at, others[random.Next(others.Count)]);
                break;
            default:
                pieces[at] = change(piece);
                break;
        }
    }
}
