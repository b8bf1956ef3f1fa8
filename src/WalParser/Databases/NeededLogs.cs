using System.Globalization;
using WalParser.Findings;
using WalParser.IO;
using WalParser.Manifests;

namespace WalParser.Databases;

/// <summary>
/// Checks that the logs are there that must exist according to the log numbers in the MANIFEST:
/// - A column family's log number is that of a log that was begun before the family's data was written to table files
///   (<c>DBImpl::SwitchMemtable</c> in <c>db/db_impl/db_impl_write.cc</c>), or follows that of the last log that was recovered
///   (<c>DBImpl::RecoverLogFiles</c> in <c>db/db_impl/db_impl_open.cc</c>). The log that is being written is at least as new, and RocksDB
///   never deletes it.
/// - If the lowest log number to keep is lower than that, a column family has data between the two that is in no table file
///   (<c>PrecomputeMinLogNumberToKeepNon2PC</c> in <c>db/memtable_list.cc</c>).
/// </summary>
internal static class NeededLogs
{
    /// <summary>Returns the finding about a log that is missing; null if none is.</summary>
    /// <param name="manifest">The state of the MANIFEST.</param>
    /// <param name="minLogNumber">The lowest log number that RocksDB reads during recovery.</param>
    /// <param name="walFolder">The folder of the WALs.</param>
    /// <param name="wals">The WALs that were listed in it.</param>
    public static Finding? FindMissing(ManifestState manifest, ulong minLogNumber, string walFolder, IReadOnlyList<WalFile> wals)
    {
        // A running server may have begun a log after the WALs were listed, and before the MANIFEST was read.
        return Find(manifest, minLogNumber, wals) is null ? null : Find(manifest, minLogNumber, DatabaseFolder.ListWals(walFolder, []));
    }

    private static Finding? Find(ManifestState manifest, ulong minLogNumber, IReadOnlyList<WalFile> wals)
    {
        ManifestColumnFamily? family = manifest.ColumnFamilies.Where(family => !family.IsDropped).MaxBy(family => family.LogNumber);
        ulong newest = Math.Max(minLogNumber, family?.LogNumber ?? 0);
        if (newest == 0)
        {
            return null;
        }

        if (!Contain(wals, minLogNumber, ulong.MaxValue))
        {
            string later = newest > minLogNumber
                ? string.Create(CultureInfo.InvariantCulture, $", and in those after it, which reach log {newest} at least")
                : "";
            return Of(
                FindingKind.MissingNewestWal,
                minLogNumber,
                $"neither this log nor a later one is present; according to the MANIFEST, the latest writes are in it{later}");
        }

        if (!Contain(wals, newest, ulong.MaxValue))
        {
            return Of(
                FindingKind.MissingNewestWal,
                newest,
                "neither this log nor a later one is present; according to the MANIFEST, it was begun before column family "
                    + $"{NameInReason.Of(family!.Name)} was last flushed, and later writes are in it; only a copy that leaves out empty "
                    + "logs may lack it");
        }

        return manifest.MinLogNumberToKeep is { } kept && kept < newest && !Contain(wals, kept, newest - 1)
            ? Of(
                FindingKind.MissingNeededWal,
                kept,
                string.Create(CultureInfo.InvariantCulture, $"no log from this one up to log {newest - 1} is present; ")
                    + "according to the MANIFEST, they have data that is in no table file")
            : null;
    }

    private static bool Contain(IReadOnlyList<WalFile> wals, ulong first, ulong last) =>
        wals.Any(wal => wal.LogNumber >= first && wal.LogNumber <= last);

    private static Finding Of(FindingKind kind, ulong number, string reason) =>
        new() { Kind = kind, File = WalFileName.Of(number), Reason = reason };
}
