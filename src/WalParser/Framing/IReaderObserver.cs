namespace WalParser.Framing;

/// <summary>
/// Receives what RocksDB's reader acts on and the entries of a <see cref="WalReader"/> do not show. A call comes after the findings before
/// its fragment were returned, and before those about it.
/// </summary>
internal interface IReaderObserver
{
    /// <summary>Called for each description of a predecessor.</summary>
    /// <param name="predecessor">The description.</param>
    /// <param name="offset">The offset of its fragment, in bytes.</param>
    void ProcessPredecessor(PredecessorWalInfo predecessor, long offset);

    /// <summary>Called for a fragment of a type that RocksDB takes for a result of its own reader.</summary>
    /// <param name="type">The type.</param>
    /// <param name="outcome">The result.</param>
    /// <param name="offset">The offset of the fragment, in bytes.</param>
    void ProcessCollision(FragmentType type, FragmentReader.Outcome outcome, long offset);
}
