using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.Manifests;

namespace WalParser.Inspection;

/// <summary>
/// What RocksDB requires of batches that are not damaged, as far as it follows from the comparators of the column families: a range begins
/// before it ends (<c>MemTableInserter::DeleteRangeCF</c> in <c>db/write_batch.cc</c>), and timestamps are as long as the comparator says
/// (<c>HandleWriteBatchTimestampSizeDifference</c> in <c>util/udt_util.cc</c>). Comparators with other names than RocksDB's own are
/// unknown.
/// </summary>
internal sealed class ComparatorRules
{
    private readonly Dictionary<uint, (int Order, int TimestampSize)> _families = [];

    /// <param name="manifest">The MANIFEST, which names the comparators; null if there is none.</param>
    public ComparatorRules(ManifestState? manifest)
    {
        foreach (ManifestColumnFamily family in manifest?.ColumnFamilies ?? [])
        {
            // Operations on a dropped family are ignored.
            if (!family.IsDropped && family.Comparator is { } name && ComparatorName.OrderOf(name) is { } order)
            {
                _families[family.Id] = (order, ComparatorName.HasTimestamp(name) ? ComparatorTimestamps.Size : 0);
            }
        }
    }

    /// <summary>RocksDB's reason for not taking a range deletion that ends before it begins.</summary>
    public const string ReversedRange = "end key comes before start key";

    /// <summary>Returns RocksDB's reason for not taking a batch; null if it takes it, or if that is unknown.</summary>
    public string? RefusalOf(ReadOnlySpan<byte> record, TimestampSizes timestampSizes)
    {
        if (_families.Count == 0)
        {
            return null;
        }

        foreach (WriteBatchOperation operation in new WriteBatch(record, timestampSizes))
        {
            if (!operation.HasKey || !_families.TryGetValue(operation.ColumnFamily, out (int Order, int TimestampSize) family))
            {
                continue;
            }

            // Timestamps that are missing or superfluous are added or removed.
            int declared = timestampSizes[operation.ColumnFamily];
            if (declared > 0 && family.TimestampSize > 0 && declared != family.TimestampSize)
            {
                return "WriteBatch contains unrecoverable timestamp size inconsistency.";
            }

            if (operation.Type == OperationType.DeleteRange && declared == family.TimestampSize
                && operation.Key.SequenceCompareTo(operation.EndKey) * family.Order > 0)
            {
                return ReversedRange;
            }
        }

        return null;
    }
}
