using WalParser.Databases;
using WalParser.Manifests;

namespace WalParser.Recovery;

/// <summary>The column families of the database that is recovered. Without a MANIFEST, all families are there.</summary>
internal sealed class RecoveredFamilies(DatabaseFolder? folder)
{
    private readonly ManifestState? _manifest = folder?.Manifest;

    /// <summary>Returns what recovery does with operations of a log on a column family.</summary>
    public FamilyState StateOf(uint id, ulong? logNumber) =>
        _manifest is null ? FamilyState.Inserted
        : !_manifest.TryGetColumnFamily(id, out ManifestColumnFamily? family) || family.IsDropped ? FamilyState.Missing
        : logNumber < family.LogNumber ? FamilyState.Flushed
        : FamilyState.Inserted;

    /// <summary>
    /// Compares two keys, without their timestamps, as the comparator of the column family does. Returns null if the keys differ and the
    /// comparator is none of RocksDB's own.
    /// </summary>
    public int? Compare(uint id, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        int order = x.SequenceCompareTo(y);
        string? comparator =
            _manifest is not null && _manifest.TryGetColumnFamily(id, out ManifestColumnFamily? family) ? family.Comparator : null;

        // Without a name, it is the default.
        return order == 0 || comparator is null ? order : order * ComparatorName.OrderOf(comparator);
    }

    /// <summary>Returns whether a merge finds the merge operator that it needs. True if OPTIONS does not say.</summary>
    public bool HasMergeOperator(uint id) =>
        _manifest is null
        || folder!.Options is not { } options
        || !_manifest.TryGetColumnFamily(id, out ManifestColumnFamily? family)
        || !options.FamiliesWithoutMergeOperator.Contains(family.Name);

    /// <summary>
    /// Returns the first column family whose table files have data from beyond the log in which recovery stopped; null if there is none.
    /// </summary>
    public ManifestColumnFamily? FindAheadOf(ulong logNumber) =>
        _manifest?.ColumnFamilies.FirstOrDefault(
            family => !family.IsDropped && family.LogNumber > logNumber && family.TableFiles.Count > 0);
}
