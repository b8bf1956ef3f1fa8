using WalParser.Framing;
using WalParser.Recovery;
using WalParser.RocksDb.Tests.Child;
using WalParser.RocksDb.Tests.Comparison;
using WalParser.RocksDb.Tests.Databases;
using WalParser.RocksDb.Tests.Known;
using Xunit.Abstractions;

namespace WalParser.RocksDb.Tests;

/// <summary>
/// The databases of testdata/recovery: RocksDB gives the recorded results, and where the reader differs from RocksDB, the difference is the
/// known mismatch of the specimen.
/// </summary>
public sealed class SpecimenTests(ITestOutputHelper output) : IDisposable
{
    private readonly RocksDbChild _child = new();

    public static TheoryData<string> Specimens => [.. Specimen.Names];

    /// <summary>
    /// The specimens with recorded openings. The other specimens serve other tests, or have table files, which only RocksDB reads.
    /// </summary>
    public static TheoryData<string> RecordedSpecimens => [.. Specimen.Names.Where(name => Specimen.Read(name).Recorded.Count > 0)];

    /// <summary>The databases in which nothing is damaged or missing: the reader reported something about each once.</summary>
    public static TheoryData<string> SoundSpecimens =>
    [
        "20-verify-and-gaps-false-alarm-recycled",
        "22-gaps-empty-delete-range",
        "writes-outside-wal",
        "two-write-queues",
    ];

    [SkippableTheory]
    [MemberData(nameof(Specimens))]
    public async Task Mismatches_are_the_known_ones(string name)
    {
        RocksDbChild.SkipWithoutRocksDb();
        var specimen = Specimen.Read(name);
        List<string> occurring = [];
        TableContent tables = TableContent.Read(_child, specimen.Recipe, specimen.Folder);
        foreach (OpeningComparison comparison in await new Session(_child).CompareAsync(specimen.Recipe, specimen.Folder, tables))
        {
            string same = $"the same: {comparison.Theirs.Outcome} {comparison.Theirs.Reason}";
            output.WriteLine($"{comparison.Mode}: {comparison.Difference ?? same}");
            if (specimen.Recorded.TryGetValue(comparison.Mode, out RecordedOpening? recorded))
            {
                Assert.Null(recorded.DifferenceOf(comparison.Theirs));
                if (recorded.Outcome == RecoveryOutcome.Refuses)
                {
                    Assert.Equal(recorded.Message, comparison.Theirs.Reason);
                }
            }

            if (comparison.Difference is not null)
            {
                KnownMismatch? known = KnownMismatches.Explain(comparison);
                Assert.True(known is not null, $"{comparison.Mode}: {comparison.Difference}");
                occurring.Add(known.Name);
            }
        }

        IEnumerable<string> listed = from known in KnownMismatches.Listed
                                     where known.Specimens.Contains(name)
                                     select known.Name;
        Assert.Equal(listed.Order(StringComparer.Ordinal), occurring.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>Also without RocksDB, the reader differs from the recorded results only in the known mismatches.</summary>
    [Theory]
    [MemberData(nameof(RecordedSpecimens))]
    public async Task Recorded_results_differ_only_in_known_mismatches(string name)
    {
        var specimen = Specimen.Read(name);
        bool isKnown = KnownMismatches.All.Any(known => known.Specimens.Contains(name));
        TableContent tables = await specimen.ReadEmptyTablesAsync();
        int differing = 0;
        foreach ((WalRecoveryMode mode, RecordedOpening recorded) in specimen.Recorded)
        {
            OpenedDatabase ours = await OurRecovery.ReadAsync(specimen.Folder, mode, tables);
            differing += recorded.DifferenceOf(ours) is null ? 0 : 1;
        }

        Assert.Equal(isKnown, differing > 0);
    }

    /// <summary>About a sound database the reader reports nothing that is more serious than a note.</summary>
    [Theory]
    [MemberData(nameof(SoundSpecimens))]
    public async Task A_sound_database_raises_no_alarm(string name) =>
        Assert.Empty(await Alarm.ReadAsync(Specimen.Read(name).Folder));

    public void Dispose() => _child.Dispose();
}
