using WalParser.Batches;
using WalParser.Findings;

namespace WalParser.Salvage;

/// <summary>What salvage has to know of a record's batch.</summary>
/// <param name="Damage">The damage for which RocksDB refuses the batch; null if there is none. Its offset is in the batch.</param>
/// <param name="Sequence">The sequence number in its header.</param>
/// <param name="Next">The least with which a batch behind it can begin.</param>
internal readonly record struct SalvageBatch(Finding? Damage, ulong Sequence, ulong Next)
{
    public static SalvageBatch Of(ReadOnlySpan<byte> record)
    {
        var batch = new WriteBatch(record);
        bool hasMarks = false;
        foreach (WriteBatchOperation operation in batch)
        {
            hasMarks |= !operation.HasKey && operation.Type != OperationType.LogData;
        }

        Finding? damage = batch.Finding ?? (batch.Sequence > WriteBatch.MaxSequence
            ? new Finding { Kind = FindingKind.SequenceTooLarge, Reason = FindingTable.SequenceTooLarge(batch.Sequence) }
            : null);

        // Where there are marks of transactions, numbers may be taken elsewhere, or one by several operations.
        return new SalvageBatch(damage, batch.Sequence, hasMarks ? batch.Sequence : batch.NextSequence ?? batch.Sequence);
    }
}
