namespace WalParser.Fuzz.Mutation;

/// <summary>Creates new inputs from existing ones. The result depends only on the arguments.</summary>
internal interface IMutator
{
    /// <summary>Returns a changed copy of <paramref name="input"/>.</summary>
    /// <param name="input">The input, which is not changed.</param>
    /// <param name="other">Another input of the corpus, to take parts from.</param>
    /// <param name="random">The source of all randomness.</param>
    byte[] Mutate(byte[] input, byte[] other, Random random);

    /// <summary>
    /// Returns the sizes of the consecutive parts of an input, each of which can be left out. Returns none if the input has no such parts.
    /// </summary>
    IReadOnlyList<int> PartsOf(byte[] input) => [];
}
