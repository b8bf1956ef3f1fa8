using System.Globalization;
using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDb.Tests.Comparison;
using WalParser.RocksDb.Tests.Databases;
using WalParser.RocksDbProcess.Protocol;
using Xunit.Abstractions;

namespace WalParser.RocksDb.Tests;

/// <summary>
/// Databases that RocksDB creates during the test: the reader has the same results as RocksDB, for intact and for damaged databases.
/// </summary>
public sealed class MadeDatabaseTests(ITestOutputHelper output, MadeDatabaseTests.OneChild shared)
    : IClassFixture<MadeDatabaseTests.OneChild>
{
    private const int Seed = 11;
    private const int Databases = 2;
    private const int DamagedCopies = 4;

    public static TheoryData<string> Recipes => [.. Recipe.All.Select(recipe => recipe.Name)];

    [SkippableTheory]
    [MemberData(nameof(Recipes))]
    public async Task Intact_and_damaged_databases_are_read_as_RocksDB_reads_them(string name)
    {
        RocksDbChild.SkipWithoutRocksDb();
        var recipe = Recipe.Named(name);
        var session = new Session(shared.Child);
        for (int i = 0; i < Databases; i++)
        {
            await session.RunAsync(recipe, Seed + i, DamagedCopies);
        }

        output.WriteLine(session.Tally.ToString());
        output.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"Seeds {Seed} to {Seed + Databases - 1}; the README describes longer runs."));
        Assert.True(session.Tally.Unexplained.Count == 0, string.Join(Environment.NewLine, session.Tally.Unexplained));
        Assert.Equal(Databases, session.Tally.Databases);
        Assert.NotEqual(0, session.Tally.DamagedDatabases);
        Assert.NotEqual(0, session.Tally.Keys);

        // RocksDB returns no updates of a database that numbers batches instead of operations.
        Assert.Equal(recipe.Database is DatabaseKind.WritePrepared or DatabaseKind.WriteUnprepared, session.Tally.Batches == 0);
    }

    /// <summary>RocksDB's process, for all tests of the class.</summary>
    public sealed class OneChild : IDisposable
    {
        internal RocksDbChild Child { get; } = new();

        public void Dispose() => Child.Dispose();
    }
}
