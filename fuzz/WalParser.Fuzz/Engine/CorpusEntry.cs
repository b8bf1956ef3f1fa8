namespace WalParser.Fuzz.Engine;

/// <summary>An input that covers something that no earlier input covered.</summary>
/// <param name="Data">The input.</param>
/// <param name="Edges">The edges that it takes.</param>
/// <param name="Cost">The cost of running and mutating it, derived from its steps and bytes.</param>
internal sealed record CorpusEntry(byte[] Data, ushort[] Edges, long Cost)
{
    /// <summary>The number of times that it was chosen.</summary>
    public int Chosen { get; set; }
}
