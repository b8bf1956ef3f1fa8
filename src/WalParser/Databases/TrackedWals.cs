using System.Globalization;
using WalParser.Findings;
using WalParser.IO;
using WalParser.Manifests;

namespace WalParser.Databases;

/// <summary>
/// Compares the WALs in a folder with those that its MANIFEST tracks (RocksDB's option <c>track_and_verify_wals_in_manifest</c>), as
/// RocksDB does when it opens a database (<c>WalSet::CheckWals</c> in <c>db/wal_edit.cc</c>).
/// </summary>
internal static class TrackedWals
{
    public static void Check(ManifestState manifest, List<WalFile> wals, List<Finding> problems)
    {
        Dictionary<ulong, WalFile> byNumber = wals.ToDictionary(wal => wal.LogNumber!.Value);
        foreach ((ulong number, ulong? syncedSize) in manifest.TrackedWals)
        {
            // A WAL that was not synced when the server stopped may be missing.
            if (syncedSize is not { } synced || number < (manifest.MinLogNumberToKeep ?? 0))
            {
                continue;
            }

            if (!byNumber.TryGetValue(number, out WalFile? wal))
            {
                Report(
                    FindingKind.MissingWal,
                    WalFileName.Of(number),
                    $"is missing; the MANIFEST tracks it with {synced} synced bytes");
            }
            else if (wal.IsUncompressed && wal.GetSize() is { } size && (ulong)size < synced)
            {
                Report(
                    FindingKind.WalShorterThanSynced,
                    wal.Name,
                    $"has {size} bytes; the MANIFEST says that {synced} were synced");
            }
        }

        void Report(FindingKind kind, string file, FormattableString message) =>
            problems.Add(new Finding { Kind = kind, File = file, Reason = message.ToString(CultureInfo.InvariantCulture) });
    }
}
