namespace WalParser.Kvrocks.Dataset;

/// <summary>Log data in a batch.</summary>
/// <param name="Operation">Which of the batch's operations it is, counted from 0.</param>
/// <param name="Bytes">Its bytes, for <see cref="LogRecords.KvrocksLogData.Read"/>.</param>
public sealed record BatchLogData(int Operation, ReadOnlyMemory<byte> Bytes);
