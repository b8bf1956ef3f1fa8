using System.Globalization;
using WalParser.Batches;
using WalParser.Databases;
using WalParser.Findings;
using WalParser.Framing;
using WalParser.Manifests;
using WalParser.Recovery;

namespace WalParser.Inspection;

/// <summary>
/// What RocksDB requires of batches that can be read to their ends: a range begins before it ends
/// (<c>MemTableInserter::DeleteRangeCF</c> in <c>db/write_batch.cc</c>), timestamps are as long as the comparator says
/// (<c>HandleWriteBatchTimestampSizeDifference</c> in <c>util/udt_util.cc</c>), no operation has a sequence number above the greatest one
/// (<c>MemTable::Add</c> in <c>db/memtable.cc</c> with the protection of the batch), and values can be written to table files
/// (<see cref="ValueFault"/>). Comparators with other names than RocksDB's own are unknown.
/// </summary>
internal sealed class BatchRules
{
    private readonly Dictionary<uint, (int Order, int TimestampSize)> _families = [];
    private readonly HashSet<uint> _dropped = [];

    /// <param name="manifest">The MANIFEST, which names the comparators; null if there is none.</param>
    public BatchRules(ManifestState? manifest)
    {
        foreach (ManifestColumnFamily family in manifest?.ColumnFamilies ?? [])
        {
            // Operations on a dropped family are ignored.
            if (family.IsDropped)
            {
                _dropped.Add(family.Id);
            }
            else if (family.Comparator is { } name && ComparatorName.OrderOf(name) is { } order)
            {
                _families[family.Id] = (order, ComparatorName.HasTimestamp(name) ? ComparatorTimestamps.Size : 0);
            }
        }
    }

    /// <summary>
    /// Returns the finding about the first operation of a batch that RocksDB does not take, without a place; null if it takes all of them,
    /// or if that is unknown.
    /// </summary>
    /// <param name="record">The batch, which is not damaged.</param>
    /// <param name="timestampSizes">The timestamp sizes that the log declares before the record.</param>
    /// <param name="checksOperations">Whether to check each operation; if not, only the sequence numbers are.</param>
    /// <param name="next">The sequence number after the last one that the batch takes.</param>
    public Finding? RefusalOf(ReadOnlySpan<byte> record, TimestampSizes timestampSizes, bool checksOperations, ulong next)
    {
        if (checksOperations)
        {
            foreach (WriteBatchOperation operation in new WriteBatch(record, timestampSizes))
            {
                if (operation.HasKey && RefusalOf(operation, timestampSizes[operation.ColumnFamily]) is { } refusal)
                {
                    return refusal;
                }
            }
        }

        return next > WriteBatch.MaxSequence + 1 ? BeyondMaxSequence(next) : null;
    }

    private Finding? RefusalOf(in WriteBatchOperation operation, int declaredSize)
    {
        if (ValueFaultOf(operation) is { } value)
        {
            return value;
        }

        // Timestamps that are missing or superfluous are added or removed.
        return !_families.TryGetValue(operation.ColumnFamily, out (int Order, int TimestampSize) family) ? null
            : declaredSize > 0 && family.TimestampSize > 0 && declaredSize != family.TimestampSize
                ? Of(FindingKind.TimestampSizeMismatch, "WriteBatch contains unrecoverable timestamp size inconsistency.")
            : operation.Type == OperationType.DeleteRange && declaredSize == family.TimestampSize
                && operation.Key.SequenceCompareTo(operation.EndKey) * family.Order > 0
                ? Of(FindingKind.ReversedRange)
            : null;
    }

    private Finding? ValueFaultOf(in WriteBatchOperation operation)
    {
        if (_dropped.Contains(operation.ColumnFamily))
        {
            return null;
        }

        return operation.Type switch
        {
            OperationType.PutEntity when ValueFault.OfEntity(operation.Value) is { } fault => Of(FindingKind.MalformedEntity, fault),
            OperationType.PutBlobIndex when ValueFault.OfBlobIndex(operation.Value) is { } fault =>
                Of(FindingKind.MalformedBlobIndex, fault),
            _ => null,
        };
    }

    private static Finding BeyondMaxSequence(ulong next) => new()
    {
        Kind = FindingKind.SequencesBeyondMaximum,
        LastSequence = next - 1,
        Detail = string.Create(
            CultureInfo.InvariantCulture,
            $"the batch takes sequence numbers up to {next - 1}, and the greatest one is {WriteBatch.MaxSequence}"),
    };

    private static Finding Of(FindingKind kind, string? reason = null) => new() { Kind = kind, Reason = reason };
}
