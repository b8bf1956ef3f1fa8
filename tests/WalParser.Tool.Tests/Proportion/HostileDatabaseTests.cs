using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Proportion;

/// <summary>Small databases that once led to an output or a memory out of proportion to them.</summary>
[Collection(nameof(MeasuredAlone))]
public class HostileDatabaseTests
{
    /// <summary>The records of 200 operations name one blob, of which 32 KB become 1 GiB.</summary>
    [Theory]
    [InlineData("text")]
    [InlineData("jsonl")]
    [InlineData("csv")]
    public async Task A_blob_is_not_decompressed_beyond_the_largest_record(string format)
    {
        string[] args =
        [
            "dump", "--resolve-blobs", "--max-record-size", "1M", "--format", format, TestFiles.Committed("hostile/blobbomb"),
        ];
        ToolRun run = await ToolRun.Of(args);
        Assert.Contains("1048576 are allowed", run.Output + run.Error, StringComparison.Ordinal);
        Cost cost = await Cost.OfAsync(args);
        Assert.InRange(cost.Allocated, 0, 20_000_000);
    }

    /// <summary>A list of 1,000 elements moves from one end of 2,000 stored elements to the other and back, 1,000 times.</summary>
    [Fact]
    public async Task A_list_that_is_shown_again_and_again_is_not_written_again_and_again()
    {
        string path = TestFiles.Committed("hostile/listflip");
        ToolRun run = await ToolRun.Of("commands", path);
        Assert.Equal(0, run.ExitCode);
        Assert.InRange(run.Output.Length, 0, 2 * Directory.GetFiles(path).Sum(file => new FileInfo(file).Length));
        Assert.Contains("1 key that these logs show with other elements again and again", run.Error, StringComparison.Ordinal);
    }

    /// <summary>1,000 ranges over the elements of 1,000 keys.</summary>
    [Fact]
    public async Task A_range_over_many_keys_is_deleted_once()
    {
        Cost cost = await Cost.OfAsync(["keys", TestFiles.Committed("hostile/crosskeys")]);
        Assert.InRange(cost.Allocated, 0, 20_000_000);
    }
}
