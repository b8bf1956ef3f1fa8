using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Databases;

/// <summary>
/// The content of a database without its WALs, as RocksDB finds it in a copy that has none. The replayed operations are applied to it, so
/// that the reader under test, which does not read table files, can be compared key by key.
/// </summary>
/// <param name="LastSequence">The last sequence number in the MANIFEST.</param>
/// <param name="Families">The column families.</param>
internal sealed record TableContent(ulong LastSequence, FamilyContent[] Families)
{
    // Otherwise RocksDB reports that the WALs are missing.
    private const string WithoutWals = "track_and_verify_wals_in_manifest=false;track_and_verify_wals=false;";

    /// <summary>Reads the content with RocksDB.</summary>
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
