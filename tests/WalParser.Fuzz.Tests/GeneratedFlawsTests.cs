using System.Globalization;
using WalParser.Fuzz.Generation;

namespace WalParser.Fuzz.Tests;

/// <summary>Properties of every generated log, tested with many seeds, because an undamaged log would be generated only rarely.</summary>
public class GeneratedFlawsTests
{
    private const int Seeds = 300;

    public static TheoryData<int> Kinds => [.. Enum.GetValues<HostileKind>().Select(kind => (int)kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_log_is_damaged(int kind) =>
        Assert.All(Enumerable.Range(-5, Seeds), seed =>
        {
            HostileLog log = LogGenerator.Generate((HostileKind)kind, seed);
            Assert.NotEmpty(log.Flaws);
            Assert.All(log.Flaws, flaw => Assert.InRange(flaw.Offset, 0, log.Bytes.Length - 1));
            Assert.All(log.Records, record => Assert.True(record.EndOffset <= log.Bytes.Length));
        });

    /// <summary>RocksDB derives the number of a log from its name.</summary>
    [Fact]
    public void A_log_is_named_for_its_unique_number()
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
    public void Kinds_are_parsed_as_they_are_shown()
    {
        foreach (HostileKind kind in Enum.GetValues<HostileKind>())
        {
            Assert.True(KindName.TryParse(KindName.Of(kind), out HostileKind parsed));
            Assert.Equal(kind, parsed);
            Assert.True(KindName.TryParse(kind.ToString(), out parsed));
            Assert.Equal(kind, parsed);
        }

        Assert.Equal("missing-start", KindName.Of(HostileKind.MissingStart));
        Assert.False(KindName.TryParse("1", out _));
        Assert.False(KindName.TryParse("", out _));
        Assert.False(KindName.TryParse("all", out _));
    }
}
