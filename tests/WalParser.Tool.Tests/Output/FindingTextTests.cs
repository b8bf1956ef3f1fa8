using WalParser.Findings;
using WalParser.Tool.Output;

namespace WalParser.Tool.Tests.Output;

/// <summary>Findings as text.</summary>
public sealed class FindingTextTests
{
    private static readonly Finding Mismatch = new() { Kind = FindingKind.ChecksumMismatch, Offset = 32819, Bytes = 32717 };

    [Fact]
    public void The_text_names_file_offset_reason_and_bytes_without_digit_grouping()
    {
        Assert.Equal("a.log, offset 32819: checksum mismatch (32717 bytes dropped)", FindingText.Of(Mismatch, "a.log"));
        Assert.Equal(
            "a.log, offset 32819: checksum mismatch, why (1 byte dropped)",
            FindingText.Of(Mismatch with { File = "a.log", Bytes = 1, Detail = "why" }));
        Assert.Equal("db/b.log, offset 32819: checksum mismatch (32717 bytes dropped)", FindingText.Of(Mismatch with { File = "b.log" }, "db/b.log"));
    }

    [Fact]
    public void The_text_is_harmless() => Assert.Equal(
        @"a\x1b[31m\x0a.log, offset 0: a\u202eb",
        FindingText.Of(new Finding { Kind = FindingKind.UnknownEditTag, Reason = "a\u202eb" }, "a\e[31m\n.log"));

    [Fact]
    public void What_looks_stale_is_said_so() => Assert.Equal(
        "a.log, offset 32819: checksum mismatch, perhaps left over from the recycled log's earlier use (32717 bytes dropped)",
        FindingText.Of(Mismatch with { LooksStale = true }, "a.log"));

    [Fact]
    public void A_long_reason_is_cut() => Assert.InRange(
        FindingText.Of(Mismatch with { Reason = new string('n', 100_000) }, "a.log").Length, 1, ShownText.LongestText + 100);
}
