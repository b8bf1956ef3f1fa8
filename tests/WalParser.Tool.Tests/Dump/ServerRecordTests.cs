using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary>Records that belong to the server, range deletions and log data, in words.</summary>
public class ServerRecordTests
{
    [Theory]
    [InlineData("functions", "Propagated record=function function=setit library=mylib")]
    [InlineData("functions", "Propagated record=command arguments=[FUNCTION DELETE lib2]")]
    [InlineData("functions", "Propagated record=library library=lib2 code=\"#!lua name=lib2\\nredis.register_function('f2', function() ")]
    [InlineData("functions", "Range all scripts")]
    [InlineData("functions", "Range the code of all function libraries")]
    [InlineData("functions", "Range all functions")]
    [InlineData("timeseries", "IndexRecord ns=__namespace label=area value=\"kitchen room\" key=ts:a")]
    [InlineData("timeseries", "timeseries TS.CREATERULE")]
    [InlineData("timeseries", "aggregator=avg bucket_ms=1000 alignment_ms=0")]
    [InlineData("tdigest", "Range ns=__namespace all elements of td:r")]
    [InlineData("namespaces", "Range ns=tenant-b all keys of namespace tenant-b")]
    [InlineData("rotated", "Range ns=__namespace keys from c:0 up to, not including, z::")]
    public async Task A_dump_shows_them_in_words(string scenario, string expected)
    {
        ToolRun run = await ToolRun.Of("dump", "--kvrocks", TestFiles.Committed($"kvrocks/{scenario}"));
        Assert.Contains(run.OutputLines, line => line.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Json_lines_have_the_parts()
    {
        ToolRun run = await ToolRun.Of("dump", "--kvrocks", "--format", "jsonl", TestFiles.Committed("kvrocks/functions"));
        JsonElement[] items = [.. run.OfKind("operation").Select(line => line.GetProperty("kvrocks"))];
        Assert.Contains(items, item => item.TryGetProperty("function", out JsonElement name) && name.GetString() == "setit");
        Assert.Contains(items, item => item.TryGetProperty("deletes", out JsonElement what) && what.GetString() == "scripts");
        Assert.Contains(items, item => item.TryGetProperty("arguments", out JsonElement arguments)
            && arguments.ValueKind == JsonValueKind.Array && arguments[0].GetString() == "SCRIPT");
    }

    /// <summary>The records of an index, as the sources of Kvrocks describe them (search_encoding.h).</summary>
    [Fact]
    public async Task A_search_index_is_shown_in_words()
    {
        byte[] start = [2, .. "ns"u8];
        byte[] index = [0, 0, 0, 3, .. "idx"u8];
        byte[] field = [0, 0, 0, 5, .. "price"u8];
        byte[] log = WalBytes.Record(WalBytes.Batch(
            1,
            6,
            Search([.. start, 0, .. index], [0, 10]),
            Search([.. start, 1, .. index], [0, 0, 0, 2, .. "a:"u8]),
            Search([.. start, 2, .. index, .. field], [2 << 1]),
            Search([.. start, 3, .. index, .. field, 0xC0, 0x29, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, .. "a:1"u8], []),
            Search([.. start, 3, .. index, .. field, 0, 0, 0, 1, (byte)'t', 0, 0, 0, 3, .. "a:1"u8], []),
            Search([.. start, 77, .. index], [1])));
        ToolRun run = await ToolRun.Of(log, "dump", "--kvrocks", "-");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        foreach (string expected in (string[])
        [
            "SearchRecord ns=ns record=index index=idx on=JSON",
            "SearchRecord ns=ns record=prefixes index=idx prefixes=[a:]",
            "SearchRecord ns=ns record=field index=idx field=price type=numeric",
            "SearchRecord ns=ns record=number index=idx field=price number=12.5 key=a:1",
            "SearchRecord ns=ns record=tag index=idx field=price tag=t key=a:1",
        ])
        {
            Assert.Contains(run.OutputLines, line => line.EndsWith(expected, StringComparison.Ordinal));
        }

        static byte[] Search(byte[] key, byte[] value) => [0x05, 6, .. WalBytes.Put(key, value).AsSpan(1)];
    }
}
