namespace WalParser.IO;

/// <summary>
/// Recognizes the fragments in a block, for sources that decide by them what an input is. The layer above, which knows the format of
/// fragments, implements it.
/// </summary>
internal interface IBlockProbe
{
    /// <summary>Returns whether a block begins with an intact fragment of a log.</summary>
    /// <param name="block">The block.</param>
    /// <param name="logNumber">The number of the log, which recyclable fragments must carry; null for any log.</param>
    bool BeginsWithFragment(ArraySegment<byte> block, ulong? logNumber);

    /// <summary>
    /// Returns whether the intact fragments at the beginning of a block contain a record, or a part of a record. Control records do not
    /// count.
    /// </summary>
    /// <param name="block">The block.</param>
    /// <param name="logNumber">The number of the log, which recyclable fragments must carry.</param>
    bool ContainsRecord(ArraySegment<byte> block, ulong logNumber);

    /// <summary>
    /// Returns the log number that the first recyclable fragment of a block carries, as its low 32 bits; null if there is none.
    /// </summary>
    /// <param name="block">The block.</param>
    uint? FindLogNumber(ArraySegment<byte> block);
}
