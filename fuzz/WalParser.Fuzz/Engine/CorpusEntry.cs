namespace WalParser.Fuzz.Engine;

/// <summary>An input that covers what none before it did.</summary>
/// <param name="Data">The input.</param>
/// <param name="Edges">The edges it takes.</param>
/// <param name="Cost">What it costs to run and to mutate: steps and bytes.</param>
internal sealed record CorpusEntry(byte[] Data, ushort[] Edges, long Cost)
{
    /// <summary>How often it was chosen.</summary>
    public int Chosen { get; set; }
}
