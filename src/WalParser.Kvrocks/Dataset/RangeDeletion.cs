using WalParser.Kvrocks.Keys;

namespace WalParser.Kvrocks.Dataset;

/// <summary>A range of stored keys that a batch deleted.</summary>
/// <param name="Operation">The index of the operation in the batch, from 0.</param>
/// <param name="Family">The column family.</param>
/// <param name="Begin">The first stored key.</param>
/// <param name="End">The stored key before which the range ends.</param>
/// <param name="Keys">The number of deleted keys; 0 in column families other than <c>metadata</c>.</param>
public sealed record RangeDeletion(
    int Operation, KvrocksColumnFamily Family, ReadOnlyMemory<byte> Begin, ReadOnlyMemory<byte> End, int Keys);
