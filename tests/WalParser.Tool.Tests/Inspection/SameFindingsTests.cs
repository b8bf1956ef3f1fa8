using System.Globalization;
using WalParser.Testing.Generation;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inspection;

/// <summary>
/// The property of all commands: of the same bytes they name the same findings, and those that read everything have the same exit code.
/// The bytes are those of recorded databases, changed by a generator with a seed. To try more seeds, set WALPARSER_SEEDS to their number.
/// </summary>
public sealed class SameFindingsTests
{
    // Larger fixtures have the same structures.
    private const long MaxSize = 350_000;

    private static int Seeds => int.Parse(
        Environment.GetEnvironmentVariable("WALPARSER_SEEDS") is { Length: > 0 } given ? given : "1", CultureInfo.InvariantCulture);

    public static TheoryData<string> Databases => [.. FindDatabases()];

    public static TheoryData<HostileKind> Kinds => [.. Enum.GetValues<HostileKind>()];

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Of_a_changed_database(string name)
    {
        List<string> differences = [];
        for (int seed = 1; seed <= Seeds; seed++)
        {
            using MutatedDatabase database = MutatedDatabase.Of(TestFiles.Committed(name), HashOf(name) + seed);
            List<string> found = await EveryCommand.DifferencesIn(database.Path);
            differences.AddRange(found.Select(difference => $"{database.Changes}: {difference}"));
        }

        AssertNone(differences);
    }

    [Theory]
    [MemberData(nameof(Databases))]
    public async Task Of_a_recorded_database(string name) => AssertNone(await EveryCommand.DifferencesIn(TestFiles.Committed(name)));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Of_a_hostile_log(HostileKind kind)
    {
        for (int seed = 0; seed < Seeds; seed++)
        {
            using var folder = new TempFolder();
            HostileLog log = LogGenerator.Generate(kind, seed);
            folder.Write(log.Name, log.Bytes);

            // The records of a decompression bomb would take a gigabyte.
            AssertNone(await EveryCommand.DifferencesIn(folder.Path, "--max-record-size", "4M"));
        }
    }

    private static void AssertNone(List<string> differences) => Assert.True(differences.Count == 0, string.Join('\n', differences));

    private static int HashOf(string name) => name.Aggregate(7, (hash, character) => unchecked((hash * 31) + character));

    private static readonly string[] Parts = ["rocksdb", "kvrocks", "reports", "recovery"];

    private static IEnumerable<string> FindDatabases() =>
        from part in Parts
        from path in Directory.EnumerateFiles(TestFiles.Committed(part), "*.log", SearchOption.AllDirectories)
        let folder = Path.GetDirectoryName(path)!
        where Path.GetFileName(folder) != "archive"
        where Directory.EnumerateFiles(folder, "*.log", SearchOption.AllDirectories).Sum(log => new FileInfo(log).Length) < MaxSize
        let name = Path.GetRelativePath(TestFiles.Committed(""), folder).Replace('\\', '/')
        group name by name into names
        orderby names.Key
        select names.Key;
}
