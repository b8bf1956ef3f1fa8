using System.Text.Json;
using WalParser.Databases;
using WalParser.Framing;
using WalParser.RocksDb.Tests.Databases;
using WalParser.RocksDbProcess.Protocol;
using WalParser.TestSupport.Files;

namespace WalParser.RocksDb.Tests.Known;

/// <summary>A database of testdata/recovery, with the recorded results of RocksDB.</summary>
internal sealed class Specimen
{
    private const string Root = "recovery";

    private Specimen(string name, Recipe recipe, IReadOnlyDictionary<WalRecoveryMode, RecordedOpening> recorded)
    {
        Name = name;
        Recipe = recipe;
        Recorded = recorded;
    }

    /// <summary>The name of its folder in testdata/recovery.</summary>
    public string Name { get; }

    /// <summary>The folder of the database.</summary>
    public string Folder => TestFiles.Committed($"{Root}/{Name}/db");

    /// <summary>The class that opens the database.</summary>
    public Recipe Recipe { get; }

    /// <summary>The recorded results by recovery mode. Empty if the folder only serves tests of other commands.</summary>
    public IReadOnlyDictionary<WalRecoveryMode, RecordedOpening> Recorded { get; }

    /// <summary>The names of all specimens.</summary>
    public static IEnumerable<string> Names =>
        Directory.EnumerateDirectories(TestFiles.Committed(Root)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public static Specimen Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestFiles.Committed($"{Root}/{name}/expected.json")));
        JsonElement expected = document.RootElement;
        string options = expected.GetProperty("options").GetString()!;
        if (options.StartsWith('{'))
        {
            using var nested = JsonDocument.Parse(options);
            options = nested.RootElement.GetProperty("Opts").GetString()!;
        }

        DatabaseKind database = expected.TryGetProperty("database", out JsonElement kind)
            ? Enum.Parse<DatabaseKind>(kind.GetString()!)
            : DatabaseKind.Plain;
        Features features = (options.Contains("u64ts", StringComparison.Ordinal) ? Features.Timestamps : Features.None)
            | (expected.TryGetProperty("hasWritesOutsideWal", out _) ? Features.OutsideWal : Features.None);
        return new Specimen(name, new Recipe(name, options, database, features), expected.TryGetProperty("modes", out JsonElement modes)
            ? modes.EnumerateObject().ToDictionary(mode => ModeOf(mode.Name), mode => RecordedOpening.Read(mode.Value))
            : []);
    }

    /// <summary>
    /// Returns the content of the table files of a database without table files: the column families of its MANIFEST, empty.
    /// </summary>
    public async Task<TableContent> ReadEmptyTablesAsync()
    {
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(Folder);
        Assert.DoesNotContain(folder.Manifest!.ColumnFamilies, family => family.TableFiles.Count > 0);
        return new TableContent(
            folder.Manifest.LastSequence ?? 0,
            [
                .. from family in folder.Manifest.ColumnFamilies
                   where !family.IsDropped
                   select new FamilyContent(family.Id, family.Name, []),
            ]);
    }

    private static WalRecoveryMode ModeOf(string name) => name switch
    {
        "tolerate-tail" => WalRecoveryMode.TolerateCorruptedTailRecords,
        "absolute" => WalRecoveryMode.AbsoluteConsistency,
        "point-in-time" => WalRecoveryMode.PointInTimeRecovery,
        "skip-corrupt" => WalRecoveryMode.SkipAnyCorruptedRecords,
        _ => throw new InvalidDataException($"There is no recovery mode '{name}'."),
    };
}
