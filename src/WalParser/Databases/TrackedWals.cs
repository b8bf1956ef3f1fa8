using System.Globalization;
using WalParser.IO;
using WalParser.Manifests;

namespace WalParser.Databases;

/// <summary>
/// Compares the WALs that lie in a folder with those that its MANIFEST tracks (RocksDB's option <c>track_and_verify_wals_in_manifest</c>), as
/// RocksDB does on opening (<c>WalSet::CheckWals</c> in <c>db/wal_edit.cc</c>).
/// </summary>
internal static class TrackedWals
{
    public static void Check(ManifestState manifest, List<WalFile> wals, List<DatabaseProblem> problems)
    {
        Dictionary<ulong, WalFile> byNumber = wals.ToDictionary(wal => wal.LogNumber!.Value);
        foreach ((ulong number, ulong? syncedSize) in manifest.TrackedWals)
        {
            // What was not synced when the server stopped need not be there.
            if (syncedSize is not { } synced || number < (manifest.MinLogNumberToKeep ?? 0))
            {
                continue;
            }

            if (!byNumber.TryGetValue(number, out WalFile? wal))
            {
                Report(DatabaseProblemKind.MissingWal, WalFileName.Of(number), $"is missing; the MANIFEST tracks it with {synced} synced bytes");
            }
            else if (wal.IsUncompressed && wal.GetSize() is { } size && (ulong)size < synced)
            {
                Report(DatabaseProblemKind.WalShorterThanSynced, wal.Name, $"has {size} bytes; the MANIFEST says that {synced} were synced");
            }
        }

        void Report(DatabaseProblemKind kind, string file, FormattableString message) =>
            problems.Add(new DatabaseProblem { Kind = kind, File = file, Message = message.ToString(CultureInfo.InvariantCulture) });
    }
}
