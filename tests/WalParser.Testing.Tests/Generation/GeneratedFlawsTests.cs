using System.Globalization;
using WalParser.Testing.Generation;

namespace WalParser.Testing.Tests.Generation;

/// <summary>Rules for every generated log, with many seeds: only few seeds could result in a log without a flaw.</summary>
public class GeneratedFlawsTests
{
    private const int Seeds = 300;

    public static TheoryData<int> Kinds => [.. Enum.GetValues<HostileKind>().Select(kind => (int)kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_log_has_a_flaw(int kind) =>
        Assert.All(Enumerable.Range(-5, Seeds), seed =>
        {
            HostileLog log = LogGenerator.Generate((HostileKind)kind, seed);
            Assert.NotEmpty(log.Flaws);
            Assert.All(log.Flaws, flaw => Assert.InRange(flaw.Offset, 0, log.Bytes.Length - 1));
            Assert.All(log.Records, record => Assert.True(record.EndOffset <= log.Bytes.Length));
        });

    /// <summary>RocksDB reads the log number from the name.</summary>
    [Fact]
    public void The_name_of_a_log_contains_its_number_which_no_other_log_has()
    {
        HashSet<string> names = [];
        foreach (HostileKind kind in Enum.GetValues<HostileKind>())
        {
            for (int seed = 1; seed <= 20; seed++)
            {
                HostileLog log = LogGenerator.Generate(kind, seed);
                Assert.Matches(@"^\d{6,}\.log$", log.Name);
                Assert.Equal(log.LogNumber, uint.Parse(log.Name.AsSpan(0, log.Name.Length - 4), CultureInfo.InvariantCulture));
                Assert.True(names.Add(log.Name), log.Name);
            }
        }
    }

    [Fact]
    public void The_names_of_kinds_are_parsed()
    {
        foreach (HostileKind kind in Enum.GetValues<HostileKind>())
        {
            Assert.True(HostileKindName.TryParse(HostileKindName.Of(kind), out HostileKind parsed));
            Assert.Equal(kind, parsed);
            Assert.True(HostileKindName.TryParse(kind.ToString(), out parsed));
            Assert.Equal(kind, parsed);
        }

        Assert.Equal("missing-start", HostileKindName.Of(HostileKind.MissingStart));
        Assert.False(HostileKindName.TryParse("1", out _));
        Assert.False(HostileKindName.TryParse("", out _));
        Assert.False(HostileKindName.TryParse("all", out _));
    }
}
