using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Databases;

/// <summary>
/// What a database holds without its WALs: what RocksDB finds in a copy that has none. What recovery replays comes on top of it, which is
/// how the reader under test, which reads no table files, can be compared key by key.
/// </summary>
/// <param name="LastSequence">The last sequence number that the MANIFEST knows.</param>
/// <param name="Families">The column families.</param>
internal sealed record TableContent(ulong LastSequence, FamilyContent[] Families)
{
    // Otherwise RocksDB misses the WALs.
    private const string WithoutWals = "track_and_verify_wals_in_manifest=false;track_and_verify_wals=false;";

    /// <summary>Asks RocksDB.</summary>
    /// <exception cref="InvalidDataException">RocksDB does not open the copy.</exception>
    public static TableContent Read(RocksDbChild child, Recipe recipe, string folder)
    {
        using ScratchFolder copy = ScratchFolder.CopyOf(folder, name => !name.EndsWith(".log", StringComparison.Ordinal));
        Answer answer = child.Ask(recipe.Ask(RequestKind.Open, copy.Path, WithoutWals));
        string reason = $"{answer.Kind} {answer.Message}{answer.Response?.Error}";
        return answer.Response is { Error: null } tables
            ? new TableContent(tables.LastSequence, tables.Families)
            : throw new InvalidDataException($"RocksDB does not open {recipe.Name} without WALs: {reason}");
    }
}
