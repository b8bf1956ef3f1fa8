using WalParser.Batches;
using WalParser.Findings;

namespace WalParser.Salvage;

/// <summary>The properties of a record's batch that salvage needs.</summary>
/// <param name="Damage">
/// The damage for which RocksDB refuses the batch; null if there is none. Its offset counts from the start of the batch.
/// </param>
/// <param name="Sequence">The sequence number in the header.</param>
/// <param name="Next">The lowest sequence number at which a later batch can begin.</param>
/// <param name="After">The sequence number after the last one that the batch takes by itself.</param>
/// <param name="MayBeRefused">Whether the batch has operations that RocksDB may refuse although they can be read.</param>
internal readonly record struct SalvageBatch(Finding? Damage, ulong Sequence, ulong Next, ulong After, bool MayBeRefused)
{
    /// <summary>Returns the properties of the batch in a record.</summary>
    public static SalvageBatch Of(ReadOnlySpan<byte> record)
    {
        var batch = new WriteBatch(record);
        bool hasMarks = false;
        bool mayBeRefused = false;
        foreach (WriteBatchOperation operation in batch)
        {
            hasMarks |= !operation.HasKey && operation.Type != OperationType.LogData;
            mayBeRefused |= operation.Type is OperationType.DeleteRange or OperationType.PutEntity or OperationType.PutBlobIndex;
        }

        Finding? damage = batch.Finding ?? (batch.Sequence > WriteBatch.MaxSequence
            ? FindingTable.SequenceTooLargeAt(batch.Sequence, offset: 0, record.Length)
            : null);

        // If a batch has marks of transactions, its operations may use numbers of another batch, or share a number.
        ulong after = batch.NextSequence ?? batch.Sequence;
        return new SalvageBatch(damage, batch.Sequence, hasMarks ? batch.Sequence : after, after, mayBeRefused);
    }
}
