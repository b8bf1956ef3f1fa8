using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using WalParser.Batches;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Scenarios;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Keys;

public class KeysTests
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Json_lines_equal_the_state_of_the_server(string state)
    {
        IReadOnlyList<string> databases = RecordedState.DatabasesOf(state);
        string last = LastSequenceOf((await RecordedLogs.ReadCommonAsync(databases))[^1]);
        foreach (string database in databases)
        {
            ToolRun run = await ToolRun.Of("keys", "--format", "jsonl", "--at-sequence", last, database);
            Assert.Equal("", run.Error);
            Assert.Equal(0, run.ExitCode);
            Assert.DoesNotContain(run.JsonLines, line => line.TryGetProperty("incomplete", out _));
            Assert.Equal(
                string.Join('\n', RecordedState.Read(TestFiles.PathOf(state))),
                string.Join(
                    '\n',
                    run.JsonLines
                        .Select(line => RecordedState.LineOf(line.GetProperty("namespace").GetString()!, line))
                        .Order(StringComparer.Ordinal)));
        }
    }

    /// <summary>A bitmap may declare any size. The output depends on the stored bytes.</summary>
    [Theory]
    [InlineData(512UL << 20)]
    [InlineData(ulong.MaxValue)]
    public async Task The_stored_bytes_of_a_large_bitmap_are_shown(ulong size)
    {
        byte[] key = [11, .. "__namespace"u8, (byte)'b'];
        byte[] metadata = [0x86, .. new byte[8], .. BigEndian(7), .. BigEndian(size)];
        byte[] subkey = [11, .. "__namespace"u8, 0, 0, 0, 1, (byte)'b', .. BigEndian(7), .. "1048576"u8];
        byte[] log = WalBytes.Record(WalBytes.Batch(
            1, 2, [0x05, 1, .. WalBytes.Put(key, metadata).AsSpan(1)], WalBytes.Put(subkey, [0x01, 0xFF])));
        ToolRun run = await ToolRun.Of(log, "keys", "--format", "jsonl", "-");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        JsonElement line = Assert.Single(run.JsonLines);
        Assert.Equal((9, size), (line.GetProperty("bits_set").GetInt32(), line.GetProperty("size").GetUInt64()));
        Assert.Equal("[[1048576,{\"base64\":\"gP8=\"}]]", line.GetProperty("fragments").GetRawText());
        Assert.False(line.TryGetProperty("value", out _));

        static byte[] BigEndian(ulong value) => [.. BitConverter.GetBytes(value).Reverse()];
    }

    [Fact]
    public async Task A_single_namespace_is_shown()
    {
        string folder = TestFiles.Committed("kvrocks/namespaces");
        ToolRun all = await ToolRun.Of("keys", "--format", "jsonl", folder);
        ToolRun one = await ToolRun.Of("keys", "--format", "jsonl", "--namespace", "tenant-a", folder);
        Assert.NotEmpty(one.OutputLines);
        Assert.Equal(
            all.OutputLines.Where(line => line.StartsWith("{\"namespace\":\"tenant-a\"", StringComparison.Ordinal)),
            one.OutputLines);
    }

    [Fact]
    public async Task Text_has_a_line_for_each_key()
    {
        ToolRun run = await ToolRun.Of("keys", TestFiles.Committed("kvrocks/types"));
        Assert.Equal("namespace __namespace", run.OutputLines[0]);
        Assert.Contains("  hash        hash:ttl  1 field  expires 2100-01-01T00:00:00.000Z", run.OutputLines);
        Assert.Contains("  string      str:plain = \"heXXo world\"", run.OutputLines);
        Assert.Contains("  hyperloglog hll:m  about 90 elements", run.OutputLines);
    }

    [Fact]
    public async Task Expired_keys_are_shown_on_request()
    {
        string folder = TestFiles.Committed("kvrocks/types");
        Assert.DoesNotContain("str:past", (await ToolRun.Of("keys", folder)).Output);
        ToolRun run = await ToolRun.Of("keys", "--expired", "--at-sequence", "29", folder);
        Assert.Contains("str:again", run.Output);
    }

    [Fact]
    public async Task Logs_of_two_databases_are_refused()
    {
        ToolRun run = await ToolRun.Of("keys", TestFiles.Committed("kvrocks/types"), TestFiles.Committed("kvrocks/bulk"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("several databases", run.Error);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_dump_shows_the_meaning_of_every_operation(string state)
    {
        foreach (string database in RecordedState.DatabasesOf(state))
        {
            ToolRun plain = await ToolRun.Of("dump", "--format", "jsonl", database);
            ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", "--kvrocks", database);
            Assert.Equal(0, run.ExitCode);
            Assert.Equal(plain.OfKind("operation").Length, run.OfKind("operation").Length);
            foreach (JsonElement operation in run.OfKind("operation"))
            {
                if (!operation.TryGetProperty("kvrocks", out JsonElement item))
                {
                    // Kvrocks begins a time series with the deletion of the empty key, which is no record of Kvrocks.
                    Assert.Equal(("Delete", ""), (operation.GetProperty("type").GetString(), operation.GetProperty("key").GetString()));
                    continue;
                }

                string kind = item.GetProperty("kind").GetString()!;
                Assert.NotEqual("Undecodable", kind);
                Assert.NotEqual("Element", kind);
            }

            Assert.Equal(run.OfKind("operation").Length, OperationsIn(await ToolRun.Of("dump", "--kvrocks", database)));
        }
    }

    /// <summary>For lists and consumer groups, the text has the same numbers as the JSON lines.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_text_of_a_dump_has_the_ends_of_lists_and_the_counts_of_groups(string state)
    {
        foreach (string database in RecordedState.DatabasesOf(state))
        {
            JsonElement[] items =
            [
                .. (await ToolRun.Of("dump", "--format", "jsonl", "--kvrocks", database)).OfKind("operation")
                    .Where(operation => operation.TryGetProperty("kvrocks", out _))
                    .Select(operation => operation.GetProperty("kvrocks")),
            ];
            string[] lines = (await ToolRun.Of("dump", "--kvrocks", database)).OutputLines;
            Assert.Equal(
                items
                    .Where(item => item.TryGetProperty("head", out _))
                    .Select(item => $" head={item.GetProperty("head")} tail={item.GetProperty("tail")} "),
                lines.Select(line => Regex.Match(line, " head=[0-9]+ tail=[0-9]+ ").Value).Where(shown => shown.Length > 0));
            Assert.Equal(
                items.Where(item => item.TryGetProperty("last_delivered_id", out _)).Select(item =>
                    $" consumers={item.GetProperty("consumers")} pending={item.GetProperty("pending")} "
                        + $"last-delivered={item.GetProperty("last_delivered_id").GetString()}"
                    + $" entries-read={item.GetProperty("entries_read")} lag={item.GetProperty("lag")}"),
                lines.Select(line =>
                    Regex.Match(line, " consumers=[0-9]+ pending=[0-9]+ last-delivered=[0-9-]+ entries-read=-?[0-9]+ lag=[0-9]+").Value)
                    .Where(shown => shown.Length > 0));
        }
    }

    [Fact]
    public async Task Csv_does_not_support_the_meaning_of_operations()
    {
        ToolRun run = await ToolRun.Of("dump", "--kvrocks", "--format", "csv", TestFiles.Committed("kvrocks/types"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("not for csv", run.Error);
    }

    private static int OperationsIn(ToolRun text) => text.OutputLines.Count(line => line.StartsWith("  ", StringComparison.Ordinal));

    private static string LastSequenceOf(byte[] payload)
    {
        var batch = new WriteBatch(payload);
        return (batch.Sequence + batch.Count - 1).ToString(CultureInfo.InvariantCulture);
    }
}
