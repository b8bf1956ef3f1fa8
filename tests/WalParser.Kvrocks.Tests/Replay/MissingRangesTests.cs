using WalParser.Kvrocks.Replay;

namespace WalParser.Kvrocks.Tests.Replay;

public sealed class MissingRangesTests
{
    [Theory]
    [InlineData("7-9")]
    [InlineData("7-9,11-11,18446744073709551615-18446744073709551615")]
    public void Ranges_are_read_as_they_are_written(string text)
    {
        Assert.Equal(text, MissingRanges.Parse(text)!.ToText());
        Assert.True(Checkpoint.TryParse($"6 applied=20 database=- first=1 missing={text}", out Checkpoint checkpoint));
        Assert.Equal(text, checkpoint.Missing);
        Assert.EndsWith($" missing={text}", System.Text.Encoding.ASCII.GetString(checkpoint.ToBytes().Span), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("9-7")]
    [InlineData("7-9,9-10")]
    [InlineData("7-9,")]
    [InlineData("-7-9")]
    [InlineData("1-1,3-3,5-5,7-7,9-9,11-11,13-13,15-15,17-17,19-19,21-21,23-23,25-25,27-27,29-29,31-31,33-33")]
    public void Other_text_is_no_checkpoint(string text)
    {
        Assert.Null(MissingRanges.Parse(text));
        Assert.False(Checkpoint.TryParse($"6 missing={text}", out _));
    }

    [Fact]
    public void Ranges_are_joined_and_dropped()
    {
        MissingRanges ranges = MissingRanges.None.With(20, 25).With(7, 9).With(8, 10).With(30, 30);
        Assert.Equal("7-10,20-25,30-30", ranges.ToText());
        Assert.Equal("7-10,20-25,30-35", ranges.With(MissingRanges.None.With(30, 35)).ToText());
        Assert.Equal("20-25,30-30", ranges.After(10).ToText());
        Assert.Null(ranges.After(30).ToText());
        Assert.True(ranges.Overlaps(25, 27));
        Assert.False(ranges.Overlaps(26, 29));
    }

    /// <summary>The checkpoint stays short. A range that is too large only makes a replay stop where it need not.</summary>
    [Fact]
    public void The_last_of_too_many_ranges_extends_over_the_others()
    {
        MissingRanges ranges = MissingRanges.None;
        for (ulong i = 0; i < 100; i++)
        {
            ranges = ranges.With(10 * i, (10 * i) + 1);
        }

        Assert.Equal(16, ranges.ToText()!.Split(',').Length);
        Assert.EndsWith(",150-991", ranges.ToText(), StringComparison.Ordinal);
        Assert.True(ranges.Overlaps(500, 505));
    }
}
