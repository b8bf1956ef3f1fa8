using WalParser.Batches;
using WalParser.Coding;
using WalParser.Findings;

namespace WalParser.Recovery;

/// <summary>
/// The faults with which RocksDB fails to check a batch before it decides whether to insert it
/// (<c>WriteBatchInternal::UpdateProtectionInfo</c> in <c>db/write_batch.cc</c>, since 7.4).
/// </summary>
internal static class BatchFault
{
    private const byte TimedPut = (byte)BatchTag.ValuePreferredSeqno;
    private const byte FamilyTimedPut = (byte)BatchTag.ColumnFamilyValuePreferredSeqno;

    /// <summary>Returns the fault of a batch; null if it is sound.</summary>
    /// <param name="batch">The batch, which is enumerated.</param>
    /// <param name="traits">The traits of the release.</param>
    public static InsertFault? Of(WriteBatch batch, RecoveryTraits traits)
    {
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.Type == OperationType.TimedPut && !traits.KnowsTimedPut)
            {
                return new InsertFault(
                    InsertFaultKind.Damage, BatchReason.Of(FindingKind.UnknownBatchTag, (BatchTag)operation.Tag)!);
            }
        }

        return batch.Finding switch
        {
            null => null,
            { Kind: FindingKind.BadBatchOperation } finding when IsShortTimedPut(batch.Payload[(int)finding.Offset..]) =>
                traits.KnowsTimedPut
                    ? new InsertFault(InsertFaultKind.Crash, "the value of a TimedPut is shorter than its write time")
                    : new InsertFault(
                        InsertFaultKind.Damage, BatchReason.Of(FindingKind.UnknownBatchTag, (BatchTag)batch.Payload[(int)finding.Offset])!),
            { } finding => new InsertFault(InsertFaultKind.Damage, finding.Reason, finding.Detail),
        };
    }

    /// <summary>
    /// Returns whether a <c>TimedPut</c> is whole, and only its value is too short for the write time at its end. RocksDB subtracts the
    /// sizes all the same (<c>ParsePackedValueWithWriteTime</c> in <c>db/seqno_to_time_mapping.cc</c>).
    /// </summary>
    private static bool IsShortTimedPut(ReadOnlySpan<byte> operation)
    {
        byte tag = operation[0];
        operation = operation[1..];
        return tag is TimedPut or FamilyTimedPut
            && (tag == TimedPut || Varint.TryRead32(ref operation, out _))
            && TrySkipField(ref operation)
            && TrySkipField(ref operation);
    }

    private static bool TrySkipField(ref ReadOnlySpan<byte> bytes)
    {
        if (!Varint.TryRead32(ref bytes, out uint length) || length > (uint)bytes.Length)
        {
            return false;
        }

        bytes = bytes[(int)length..];
        return true;
    }
}
