using WalParser.Databases;
using WalParser.Findings;
using WalParser.WalSets;

namespace WalParser.Tests.Findings;

/// <summary>Findings and lists of findings.</summary>
public sealed class FindingTests
{
    public static TheoryData<FindingKind> Kinds { get; } = new(Enum.GetValues<FindingKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Behavior_and_advice_are_clauses(FindingKind kind)
    {
        var finding = new Finding { Kind = kind };
        Assert.NotEmpty(finding.Reason);
        Assert.True(Enum.IsDefined(finding.Severity));
        foreach (string? clause in new[] { finding.RocksDbBehavior, finding.Advice })
        {
            Assert.True(clause is null || (clause.Length > 10 && char.IsLower(clause[0]) && !clause.EndsWith('.')), clause);
        }

        Assert.True(
            finding.Severity != FindingSeverity.Refusal
            || kind is FindingKind.OpenLoops or FindingKind.OpenCrashes
            || finding.RocksDbBehavior!.StartsWith("refuses to open the database", StringComparison.Ordinal));
    }

    /// <summary>The tool shows the advice to people who do not write programs for .NET: it names commands, and no types.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Advice_names_no_type(FindingKind kind)
    {
        string[] words = (new Finding { Kind = kind }.Advice ?? "").Split(' ', '.', ',', ':', '(', ')', '\'');
        string[] types = [.. typeof(Finding).Assembly.GetExportedTypes().Select(type => type.Name)];
        Assert.Empty(words.Intersect(types));
    }

    [Fact]
    public void A_stale_finding_is_a_note()
    {
        var finding = new Finding { Kind = FindingKind.ChecksumMismatch };
        Assert.Equal(FindingSeverity.Damage, finding.Severity);
        Assert.Equal(FindingSeverity.Note, (finding with { LooksStale = true }).Severity);
    }

    [Fact]
    public void The_text_contains_what_is_known()
    {
        var finding = new Finding { Kind = FindingKind.ChecksumMismatch, File = "000010.log", Offset = 7, Bytes = 3, Detail = "more" };
        Assert.Equal("000010.log, offset 7: checksum mismatch, more (3 bytes dropped)", finding.ToString());
        Assert.Equal("offset 0: checksum mismatch", new Finding { Kind = FindingKind.ChecksumMismatch }.ToString());
        Assert.Equal("CURRENT: gone", new Finding { Kind = FindingKind.MissingCurrent, File = "CURRENT", Reason = "gone" }.ToString());
    }

    [Theory]
    [InlineData(5, 8, 9, 5, FindingKind.SequenceGap, 5, 7)]
    [InlineData(5, 8, 9, 7, FindingKind.SequenceGap, 7, 7)]
    [InlineData(5, 8, 10, 20, FindingKind.SequenceReturn, 8, 9)]
    [InlineData(5, 2, 4, 5, FindingKind.SequenceDuplicate, 2, 3)]
    [InlineData(5, 2, 8, 5, FindingKind.SequenceOverlap, 2, 7)]
    public void A_sequence_finding_names_the_numbers_that_it_is_about(
        ulong expected, ulong found, ulong next, ulong highest, FindingKind kind, ulong first, ulong last)
    {
        var finding = SequenceFinding.Of(expected, found, next, highest, new WalFile("000010.log"), 33);
        Assert.Equal(
            (kind, (ulong?)first, (ulong?)last, "000010.log", 33),
            (finding.Kind, finding.FirstSequence, finding.LastSequence, finding.File, finding.Offset));
        Assert.Equal(kind == FindingKind.SequenceGap ? last - first + 1 : 0, finding.Missing);
    }

    [Fact]
    public void A_list_counts_all_findings_and_keeps_the_first()
    {
        var list = new FindingList();
        for (int i = 0; i < FindingList.Capacity + 5; i++)
        {
            list.Add(new Finding { Kind = FindingKind.ChecksumMismatch, Offset = i });
        }

        Assert.Equal(FindingList.Capacity + 5, list.Count);
        Assert.Equal(FindingList.Capacity - 1, list.Kept[^1].Offset);
        Assert.Throws<ArgumentNullException>(() => list.Add(null!));
    }
}
