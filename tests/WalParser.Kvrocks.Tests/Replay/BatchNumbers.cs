using System.Buffers.Binary;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>Computes the sequence numbers of batches from their headers alone: 8 bytes sequence number, 4 bytes count.</summary>
internal static class BatchNumbers
{
    public static ulong LastSequence(IReadOnlyList<byte[]> batches) =>
        batches.Count == 0
            ? 0
            : batches.Max(
                batch => BinaryPrimitives.ReadUInt64LittleEndian(batch) + BinaryPrimitives.ReadUInt32LittleEndian(batch.AsSpan(8)) - 1);
}
