namespace WalParser.Kvrocks.Dataset;

/// <summary>An operation that could not be read as a record of its column family.</summary>
/// <param name="Operation">The index of the operation in the batch, from 0.</param>
/// <param name="Sequence">The sequence number.</param>
/// <param name="ColumnFamily">The id of the column family.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Key">The stored key.</param>
public sealed record Undecodable(int Operation, ulong Sequence, uint ColumnFamily, string Reason, ReadOnlyMemory<byte> Key);
