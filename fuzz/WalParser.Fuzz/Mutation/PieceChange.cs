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

        int choice = random.Next(10);
        switch (choice)
        {
            case < 3:
                Rearrange(pieces, at, choice, random);
                break;
            case 3 when others.Count > 0:
                pieces.Insert(at, others[random.Next(others.Count)]);
                break;
            default:
                pieces[at] = change(pieces[at]);
                break;
        }
    }

    /// <summary>Removes, duplicates or moves a piece.</summary>
    /// <param name="pieces">The pieces. A duplicated piece is the same object twice.</param>
    /// <param name="at">The index of the piece.</param>
    /// <param name="choice">0 removes the piece, 1 duplicates it, and 2 moves it.</param>
    /// <param name="random">The source of all randomness.</param>
    public static void Rearrange<T>(List<T> pieces, int at, int choice, Random random)
    {
        T piece = pieces[at];
        if (choice != 1)
        {
            pieces.RemoveAt(at);
        }

        if (choice != 0)
        {
            pieces.Insert(random.Next(pieces.Count + 1), piece);
        }
    }
}
