namespace WalParser.Kvrocks.Dataset;

/// <summary>Log data in a batch.</summary>
/// <param name="Operation">The index of the operation in the batch, from 0.</param>
/// <param name="Bytes">The bytes, for <see cref="LogRecords.KvrocksLogData.Read"/>.</param>
public sealed record BatchLogData(int Operation, ReadOnlyMemory<byte> Bytes);
