namespace WalParser.Fuzz.Mutation;

/// <summary>Makes new inputs out of old ones. What it makes follows from its arguments alone.</summary>
internal interface IMutator
{
    /// <summary>A changed copy of <paramref name="input"/>.</summary>
    /// <param name="input">The input; it stays as it is.</param>
    /// <param name="other">Another input of the corpus, to take parts from.</param>
    /// <param name="random">Where all chance comes from.</param>
    byte[] Mutate(byte[] input, byte[] other, Random random);

    /// <summary>The sizes of the parts that an input is a run of, each of which can be left out; none if it has no such parts.</summary>
    IReadOnlyList<int> PartsOf(byte[] input) => [];
}
