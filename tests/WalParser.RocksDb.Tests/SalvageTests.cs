using System.Globalization;
using WalParser.Framing;
using WalParser.Recovery;
using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDb.Tests.Comparison;
using WalParser.RocksDb.Tests.Databases;
using WalParser.RocksDb.Tests.Known;
using WalParser.RocksDbProcess.Protocol;
using WalParser.Salvage;
using WalParser.WalSets;
using Xunit.Abstractions;

namespace WalParser.RocksDb.Tests;

/// <summary>RocksDB opens each database, whatever the damage to its WALs, with what is salvaged of them in their place.</summary>
public sealed class SalvageTests(ITestOutputHelper output, MadeDatabaseTests.OneChild shared) : IClassFixture<MadeDatabaseTests.OneChild>
{
    private const int Seed = 23;
    private const int DamagedCopies = 3;

    // The MANIFEST says how long the WALs were, and salvage makes them shorter.
    private const string WithoutTracking = "track_and_verify_wals_in_manifest=false;track_and_verify_wals=false;";

    private static readonly WalRecoveryMode[] Modes = [WalRecoveryMode.PointInTimeRecovery, WalRecoveryMode.AbsoluteConsistency];

    public static TheoryData<string> Specimens => [.. Specimen.Names];

    public static TheoryData<string> Recipes => [.. Recipe.All.Select(recipe => recipe.Name)];

    /// <summary>
    /// An intact database has the same content with the salvaged WALs, and a damaged one is opened, also in the strictest mode.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(Recipes))]
    public async Task A_database_opens_with_the_salvaged_WALs(string name)
    {
        RocksDbChild.SkipWithoutRocksDb();
        var recipe = Recipe.Named(name);
        var random = new Random(Seed);
        using MadeDatabase database = MadeDatabase.Make(shared.Child, recipe, random);
        using (ScratchFolder salvaged = await SalvagedAsync(database.Folder, isIntact: true))
        {
            foreach (WalRecoveryMode mode in Modes)
            {
                OpenedDatabase before = TheirRecovery.Open(shared.Child, recipe, database.Folder, mode);
                OpenedDatabase after = TheirRecovery.Open(shared.Child, recipe, salvaged.Path, mode, WithoutTracking);
                Assert.Null(before.DifferenceFrom(after));
            }
        }

        List<string> refusals = [];
        int damaged = 0;
        for (int i = 0; i < DamagedCopies; i++)
        {
            using ScratchFolder copy = ScratchFolder.CopyOf(database.Folder);
            if (await Damage.InflictAsync(copy.Path, random) is not { } what)
            {
                continue;
            }

            damaged++;
            using ScratchFolder salvaged = await SalvagedAsync(copy.Path);
            foreach (WalRecoveryMode mode in Modes)
            {
                OpenedDatabase result = TheirRecovery.Open(shared.Child, recipe, salvaged.Path, mode, WithoutTracking);
                if (result.Outcome != RecoveryOutcome.Opens)
                {
                    refusals.Add(string.Create(
                        CultureInfo.InvariantCulture, $"copy {i}, {what}, {mode}: {result.Outcome} {result.Reason}"));
                }
            }
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{damaged} damaged databases"));
        Assert.NotEqual(0, damaged);
        Assert.True(refusals.Count == 0, string.Join(Environment.NewLine, refusals));
    }

    /// <summary>The same for the specimens, most of which RocksDB refuses as they are.</summary>
    [SkippableTheory]
    [MemberData(nameof(Specimens))]
    public async Task A_specimen_opens_with_the_salvaged_WALs(string name)
    {
        RocksDbChild.SkipWithoutRocksDb();
        var specimen = Specimen.Read(name);

        // A prepared transaction is not left out, because a TransactionDB opens the database.
        Recipe recipe = name == "04-prepared-section-in-plain-db"
            ? specimen.Recipe with { Database = DatabaseKind.WriteCommitted }
            : specimen.Recipe;
        using ScratchFolder salvaged = await SalvagedAsync(specimen.Folder);
        foreach (WalRecoveryMode mode in Modes)
        {
            OpenedDatabase result = TheirRecovery.Open(shared.Child, recipe, salvaged.Path, mode, WithoutTracking);
            Assert.True(result.Outcome == RecoveryOutcome.Opens, $"{mode}: {result.Outcome} {result.Reason}");
        }
    }

    /// <summary>Returns a copy of a database with the salvaged WALs in place of its own.</summary>
    private static async Task<ScratchFolder> SalvagedAsync(string folder, bool isIntact = false)
    {
        using var output = new ScratchFolder();
        WalSet set = await WalSet.OpenAsync(folder);
        SalvageReport report = await LogSalvage.RunAsync(set, output.Path);
        Assert.False(report.HasFailures);
        Assert.All(report.Logs, log => Assert.True(!isIntact || log is { LossCount: 0, LeftOutRecords: 0, MendedCount: 0 }));
        ScratchFolder copy = ScratchFolder.CopyOf(folder, name => !name.EndsWith(".log", StringComparison.Ordinal));
        foreach (SalvagedLog log in report.Logs.Where(log => log.OutputPath is not null && !log.Source.IsArchived))
        {
            File.Copy(log.OutputPath!, Path.Combine(copy.Path, Path.GetFileName(log.OutputPath!)), overwrite: true);
        }

        return copy;
    }
}
