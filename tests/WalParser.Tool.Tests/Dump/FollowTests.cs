using System.Globalization;
using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Dump;

/// <summary><c>dump --follow</c>: existing records, records that are being written, and the end with Ctrl-C.</summary>
public class FollowTests
{
    [SkippableFact]
    public async Task Records_of_another_process_are_shown_once_and_in_order()
    {
        const int Records = 100;
        using var folder = new TempFolder();
        using ChildProcess tool = ToolProcess.StartForSignals("dump", "--follow", "--format", "jsonl", folder.Path);
        using var writer = new WriterProcess(folder.Path, seed: 1, Records, recordsPerLog: 8, ahead: 5, "Archived", isNumbered: false);
        ulong last = 0;
        while (last < Records)
        {
            JsonElement line = JsonDocument.Parse((await tool.ReadLineAsync())!).RootElement;
            switch (line.GetProperty("kind").GetString())
            {
                case "file":
                    writer.ReportOpened(line.GetProperty("logNumber").GetUInt64());
                    break;
                case "record":
                    Assert.Equal(++last, line.GetProperty("sequence").GetUInt64());
                    writer.ReportRead(last);
                    break;
                case "finding" or "oldRecord":
                    Assert.Fail(line.ToString());
                    break;
            }
        }

        Assert.Equal("", await writer.EndAsync());
        ChildResult result = await InterruptAsync(tool);
        Assert.Equal((130, ""), (result.ExitCode, result.Error));
        Assert.DoesNotContain("\"record\"", result.Output, StringComparison.Ordinal);
    }

    /// <summary>As for a database that is being created: the names are in a MANIFEST that did not exist at the start.</summary>
    [SkippableFact]
    public async Task Names_of_new_column_families_are_shown()
    {
        using var folder = new TempFolder();
        string log = folder.Write("000003.log", WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put(2, "k", "v"))));
        using ChildProcess tool = ToolProcess.StartForSignals("dump", "--follow", "--format", "jsonl", folder.Path);
        Assert.Equal([null], await NamesAsync(1));

        // In the log that is being read, the name is known at the first operation on a new family.
        folder.Copy("rocksdb/families/MANIFEST-000005", "MANIFEST-000005");
        folder.Write("CURRENT", "MANIFEST-000005\n"u8.ToArray());
        await using (var end = new FileStream(log, FileMode.Append, FileAccess.Write, FileShare.ReadWrite))
        {
            await end.WriteAsync(WalBytes.Record(WalBytes.Batch(2, 1, WalBytes.Put(3, "k", "v"))));
        }

        Assert.Equal(["gamma"], await NamesAsync(1));
        folder.Write("000014.log", WalBytes.Record(WalBytes.Batch(3, 1, WalBytes.Put(2, "k", "v"))));
        Assert.Equal(["beta"], await NamesAsync(1));
        await InterruptAsync(tool);

        async Task<List<string?>> NamesAsync(int count)
        {
            List<string?> names = [];
            while (names.Count < count)
            {
                JsonElement line = JsonDocument.Parse((await tool.ReadLineAsync())!).RootElement;
                if (line.GetProperty("kind").GetString() == "operation")
                {
                    names.Add(line.TryGetProperty("columnFamilyName", out JsonElement name) ? name.GetString() : null);
                }
            }

            return names;
        }
    }

    [SkippableTheory]
    [InlineData("text")]
    [InlineData("csv")]
    [InlineData("jsonl")]
    public async Task Each_format_shows_records_immediately(string format)
    {
        using var folder = new TempFolder();
        string log = folder.Write("000007.log", WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("first", "v"))));
        using ChildProcess tool = ToolProcess.StartForSignals(
            "dump", "--follow", "--format", format, "--type", "Put", "--key-prefix", "f", log);
        await ReadUntilAsync(tool, "first", "6669727374");

        // A complete record that does not match, and the first half of one that does.
        byte[] second = WalBytes.Record(WalBytes.Batch(3, 1, WalBytes.Put("further", "v")));
        Append(log, [.. WalBytes.Record(WalBytes.Batch(2, 1, WalBytes.Put("other", "v"))), .. second[..10]]);
        Append(log, second[10..]);
        await ReadUntilAsync(tool, "further", "66757274686572");

        // The next log in the folder, although a single log was given.
        folder.Write("000009.log", WalBytes.Record(WalBytes.Batch(4, 1, WalBytes.Put("fourth", "v"))));
        await ReadUntilAsync(tool, "fourth", "666f75727468");
        ChildResult result = await InterruptAsync(tool);
        Assert.Equal((130, ""), (result.ExitCode, result.Error));
    }

    [Fact]
    public async Task Following_begins_with_a_sequence_number_and_ends_at_the_limit()
    {
        string[] options = ["--format", "jsonl", "--from-sequence", "1900", "--limit", "3", TestFiles.Committed("rocksdb/recycled")];
        ToolRun run = await ToolRun.Of(["dump", "--follow", .. options]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(1900ul, run.OfKind("operation")[0].GetProperty("sequence").GetUInt64());
        Assert.Equal(Operations(await ToolRun.Of(["dump", .. options])), Operations(run));
        Assert.Single(run.OfKind("end"));

        static string[] Operations(ToolRun run) => [.. run.OfKind("operation").Select(line => line.ToString())];
    }

    /// <summary>Up to the limit, the output equals the dump without following.</summary>
    [Theory]
    [InlineData("text", "kvrocks/rotated")]
    [InlineData("jsonl", "kvrocks/rotated")]
    [InlineData("csv", "kvrocks/rotated")]
    [InlineData("jsonl", "rocksdb/recycled-zstd")]
    [InlineData("text", "rocksdb/rotated")]
    public async Task Following_shows_the_same_as_a_dump(string format, string fixture)
    {
        string path = TestFiles.Committed(fixture);
        string[] whole = (await ToolRun.Of("dump", "--format", "jsonl", path)).OutputLines;
        string count = whole.Count(line =>
            line.StartsWith("{\"kind\":\"operation\"", StringComparison.Ordinal)).ToString(CultureInfo.InvariantCulture);
        ToolRun expected = await ToolRun.Of("dump", "--format", format, "--limit", count, path);
        ToolRun found = await ToolRun.Of("dump", "--follow", "--format", format, "--limit", count, path);
        Assert.Equal((expected.ExitCode, expected.Error, expected.Output), (found.ExitCode, found.Error, found.Output));
    }

    [Theory]
    [InlineData("standard input", "-")]
    [InlineData("one PATH", "a.log", "b.log")]
    public async Task Input_that_cannot_be_followed_is_a_usage_error(string what, params string[] paths)
    {
        ToolRun run = await ToolRun.Of(["dump", "--follow", .. paths]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(what, Assert.Single(run.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_path_is_a_failure()
    {
        ToolRun run = await ToolRun.Of("dump", "--follow", "not-there");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("walparser: not-there: no such file or folder", Assert.Single(run.ErrorLines));
    }

    private static void Append(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.Write(bytes);
    }

    private static async Task ReadUntilAsync(ChildProcess tool, params string[] anyOf)
    {
        string? line;
        do
        {
            line = await tool.ReadLineAsync();
            Assert.True(line is not null, $"The output ended without {string.Join(" or ", anyOf)}: {tool}");
        }
        while (!Array.Exists(anyOf, text => line.Contains(text, StringComparison.Ordinal)));
    }

    private static async Task<ChildResult> InterruptAsync(ChildProcess tool)
    {
        await tool.SignalAsync("INT");
        return await tool.EndWithInputOpenAsync();
    }
}
