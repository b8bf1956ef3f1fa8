using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <summary>A range of stored keys that a batch deleted.</summary>
/// <param name="Operation">Which of the batch's operations it is, counted from 0.</param>
/// <param name="Family">The column family.</param>
/// <param name="Begin">The first stored key.</param>
/// <param name="End">The stored key before which it ends.</param>
/// <param name="Keys">How many keys it took away; 0 in other families than <c>metadata</c>.</param>
public sealed record RangeDeletion(int Operation, KvrocksColumnFamily Family, ReadOnlyMemory<byte> Begin, ReadOnlyMemory<byte> End, int Keys);
