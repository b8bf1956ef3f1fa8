namespace WalParser.Kvrocks.Dataset;

/// <summary>An operation that could not be read as what its column family holds.</summary>
/// <param name="Operation">Which of the batch's operations it is, counted from 0.</param>
/// <param name="Sequence">Its sequence number.</param>
/// <param name="ColumnFamily">The id of its column family.</param>
/// <param name="Reason">Why.</param>
/// <param name="Key">The stored key.</param>
public sealed record Undecodable(int Operation, ulong Sequence, uint ColumnFamily, string Reason, ReadOnlyMemory<byte> Key);
