using WalParser.Batches;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.Manifests;

namespace WalParser.Recovery;

/// <summary>
/// Decides what RocksDB does with a batch because its log declares timestamps of another size than those of the comparators
/// (<c>HandleWriteBatchTimestampSizeDifference</c> in <c>util/udt_util.cc</c>, RocksDB 8.4 and later): it refuses another size that is not
/// zero. Where a log declares no size, it appends the smallest timestamp to each key, and where the comparator has none, it removes the
/// timestamps: it writes the batch anew.
/// </summary>
/// <param name="manifest">The state of the MANIFEST; null if there is none.</param>
internal sealed class TimestampRules(ManifestState? manifest)
{
    private readonly ComparatorTimestamps? _comparators = ComparatorTimestamps.Of(manifest);

    // The column families that are there. Operations on a dropped one are ignored, whatever their timestamps are.
    private readonly HashSet<uint> _live =
        [.. manifest?.ColumnFamilies.Where(family => !family.IsDropped).Select(family => family.Id) ?? [0]];

    /// <summary>Returns the reason for which RocksDB refuses a batch; null if it does not.</summary>
    /// <param name="record">The record of the batch.</param>
    /// <param name="isRewritten">Receives whether RocksDB writes the batch anew.</param>
    public string? RefusalOf(in WalRecord record, out bool isRewritten)
    {
        isRewritten = false;
        if (_comparators is null && record.TimestampSizes.IsEmpty)
        {
            return null;
        }

        var batch = new WriteBatch(record);
        foreach (WriteBatchOperation operation in batch)
        {
            if (!operation.HasKey || !_live.Contains(operation.ColumnFamily))
            {
                continue;
            }

            int declared = record.TimestampSizes[operation.ColumnFamily];
            int running = _comparators?.Find(operation.ColumnFamily) is null ? 0 : ComparatorTimestamps.Size;
            if (declared != running && declared != 0 && running != 0)
            {
                return "WriteBatch contains unrecoverable timestamp size inconsistency. "
                    + $"({declared} bytes are declared for column family {operation.ColumnFamily}, and its comparator has "
                    + $"timestamps of {ComparatorTimestamps.Size})";
            }

            isRewritten |= declared != running;
        }

        return null;
    }
}
