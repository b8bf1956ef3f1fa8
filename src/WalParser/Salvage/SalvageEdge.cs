namespace WalParser.Salvage;

/// <summary>A record next to a <see cref="SalvageHole"/>, and the key that it changes closest to the hole.</summary>
/// <param name="File">The log that was read.</param>
/// <param name="Offset">The offset of the record in that log, in bytes.</param>
/// <param name="FirstSequence">The sequence number in the record's batch.</param>
/// <param name="NextSequence">
/// The sequence number after the last one of the batch; <paramref name="FirstSequence"/> if the batch takes none.
/// </param>
/// <param name="ColumnFamilies">The column families that the batch changes, in order; at most <see cref="MaxFamilies"/>.</param>
/// <param name="ColumnFamily">The column family of <paramref name="Key"/>; null if the batch changes no key.</param>
/// <param name="Key">
/// The first key of a record after a hole, or the last key of a record before it; at most <see cref="MaxKeyLength"/> bytes of it.
/// </param>
/// <param name="KeyLength">The whole length of the key, in bytes.</param>
public sealed record SalvageEdge(
    string File,
    long Offset,
    ulong FirstSequence,
    ulong NextSequence,
    IReadOnlyList<uint> ColumnFamilies,
    uint? ColumnFamily,
    ReadOnlyMemory<byte> Key,
    int KeyLength)
{
    /// <summary>The maximum number of column families in <see cref="ColumnFamilies"/>.</summary>
    public const int MaxFamilies = 16;

    /// <summary>The maximum number of bytes in <see cref="Key"/>.</summary>
    public const int MaxKeyLength = 1024;
}
