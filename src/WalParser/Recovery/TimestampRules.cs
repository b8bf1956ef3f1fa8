using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.Manifests;

namespace WalParser.Recovery;

/// <summary>
/// Decides whether RocksDB refuses a batch because its log declares timestamps of another size than those of the comparator
/// (<c>HandleWriteBatchTimestampSizeDifference</c> in <c>util/udt_util.cc</c>, RocksDB 8.4 and later). Other differences do not refuse:
/// where a log declares no size, RocksDB appends the smallest timestamp to each key, and where the comparator has none, it removes the
/// timestamps.
/// </summary>
/// <param name="manifest">The state of the MANIFEST; null if there is none.</param>
internal sealed class TimestampRules(ManifestState? manifest)
{
    private readonly ComparatorTimestamps? _comparators = ComparatorTimestamps.Of(manifest);

    /// <summary>Returns the reason for which RocksDB refuses a batch; null if it does not.</summary>
    /// <remarks>Operations on a dropped column family are ignored, whatever their timestamps are.</remarks>
    public string? RefusalOf(in WalRecord record)
    {
        if (_comparators is null || record.TimestampSizes.IsEmpty)
        {
            return null;
        }

        var batch = new WriteBatch(record);
        foreach (WriteBatchOperation operation in batch)
        {
            if (operation.HasKey
                && _comparators.Find(operation.ColumnFamily) is { IsDropped: false } family
                && record.TimestampSizes[family.Id] is not (0 or ComparatorTimestamps.Size))
            {
                return "WriteBatch contains unrecoverable timestamp size inconsistency. "
                    + $"({record.TimestampSizes[family.Id]} bytes are declared for column family {family.Id}, and its comparator has "
                    + $"timestamps of {ComparatorTimestamps.Size})";
            }
        }

        return null;
    }
}
