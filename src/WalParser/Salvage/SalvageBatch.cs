using WalParser.Batches;

namespace WalParser.Salvage;

/// <summary>What salvage has to know of a record's batch.</summary>
/// <param name="Error">Why RocksDB would refuse the batch; null if it would not.</param>
/// <param name="Sequence">The sequence number in its header.</param>
/// <param name="Next">The least with which a batch behind it can begin.</param>
internal readonly record struct SalvageBatch(string? Error, ulong Sequence, ulong Next)
{
    public static SalvageBatch Of(ReadOnlySpan<byte> record)
    {
        var batch = new WriteBatch(record);
        bool hasMarks = false;
        foreach (WriteBatchOperation operation in batch)
        {
            hasMarks |= !operation.HasKey && operation.Type != OperationType.LogData;
        }

        string? error = batch.Corruption?.Reason
            ?? (batch.Sequence > WriteBatch.MaxSequence ? $"sequence {batch.Sequence} is too large" : null);

        // Where there are marks of transactions, numbers may be taken elsewhere, or one by several operations.
        return new SalvageBatch(error, batch.Sequence, hasMarks ? batch.Sequence : batch.NextSequence ?? batch.Sequence);
    }
}
