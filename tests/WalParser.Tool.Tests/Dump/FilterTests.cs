using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary>Filters and the limit, on a log built byte by byte.</summary>
public class FilterTests
{
    private static readonly byte[] Log =
    [
        .. WalBytes.Record(WalBytes.Batch(1, 2, WalBytes.LogData("first"), WalBytes.Put("user:1", "a"), WalBytes.Put(2, "user:2", "b"))),
        .. WalBytes.Record(WalBytes.Batch(3, 1, WalBytes.DeleteRange("user:", "user;"))),
        .. WalBytes.Record(WalBytes.Batch(4, 0, WalBytes.Noop())),
        .. WalBytes.Record(WalBytes.Batch(4, 2, WalBytes.Put("other", "c"), WalBytes.Put(5, "user:3", "d"))),
    ];

    private static Task<ToolRun> Dump(params string[] options) => ToolRun.Of(Log, ["dump", "-", "--format", "jsonl", .. options]);

    private static string NameOf(JsonElement operation) =>
        operation.GetProperty("type").GetString() + " " + operation.GetProperty("sequence").GetRawText();

    [Theory]
    [InlineData("", "LogData 1,Put 1,Put 2,DeleteRange 3,Noop 4,Put 4,Put 5", 4)]
    [InlineData("--from-sequence 3", "DeleteRange 3,Noop 4,Put 4,Put 5", 3)]
    [InlineData("--to-sequence 1", "LogData 1,Put 1", 1)]
    [InlineData("--from-sequence 2 --to-sequence 3", "Put 2,DeleteRange 3", 2)]
    [InlineData("--column-family 0", "Put 1,DeleteRange 3,Put 4", 3)]
    [InlineData("--column-family 2 --column-family 5", "Put 2,Put 5", 2)]
    [InlineData("--type put", "Put 1,Put 2,Put 4,Put 5", 2)]
    [InlineData("--type NOOP --type LogData", "LogData 1,Noop 4", 2)]
    [InlineData("--key-prefix user:", "Put 1,Put 2,DeleteRange 3,Put 5", 3)]
    [InlineData("--key-prefix hex:757365723A", "Put 1,Put 2,DeleteRange 3,Put 5", 3)]
    [InlineData("--key-prefix user: --type put --column-family 5", "Put 5", 1)]
    [InlineData("--key-prefix nobody", "", 0)]
    [InlineData("--limit 3", "LogData 1,Put 1,Put 2", 1)]
    [InlineData("--limit 4", "LogData 1,Put 1,Put 2,DeleteRange 3", 2)]
    [InlineData("--limit 1 --type deleterange", "DeleteRange 3", 1)]
    public async Task Matching_operations_are_shown(string options, string operations, int records)
    {
        ToolRun run = await Dump(options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(operations, string.Join(',', run.OfKind("operation").Select(NameOf)));
        Assert.Equal(records, run.OfKind("record").Length);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task The_end_has_the_count_of_all_records_that_were_read()
    {
        ToolRun all = await Dump("--type", "Noop");
        Assert.Equal(4, all.OfKind("end").Single().GetProperty("records").GetInt32());
        ToolRun limited = await Dump("--limit", "4");
        Assert.Equal(2, limited.OfKind("end").Single().GetProperty("records").GetInt32());
    }

    [Fact]
    public async Task The_limit_applies_to_all_files_together_and_ends_the_reading()
    {
        using var folder = new TempFolder();
        folder.Write("000001.log", Log);
        folder.Write("000002.log", Log);
        folder.Write("000003.log", Log);
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", "--limit", "8", folder.Path);
        Assert.Equal(8, run.OfKind("operation").Length);
        Assert.Equal(["000001.log", "000002.log"], run.OfKind("file").Select(file => file.GetProperty("file").GetString()));
        Assert.Equal([4, 1], run.OfKind("end").Select(end => end.GetProperty("records").GetInt32()));
    }

    [Fact]
    public async Task A_filter_does_not_hide_damage()
    {
        byte[] log = [.. Log, .. WalBytes.Record(WalBytes.Batch(9, 1))];
        ToolRun run = await ToolRun.Of(log, "dump", "-", "--format", "jsonl", "--type", "Noop");
        Assert.Equal("WriteBatch has wrong count", run.OfKind("finding").Single().GetProperty("reason").GetString());
        Assert.Equal(1, run.ExitCode);
    }
}
