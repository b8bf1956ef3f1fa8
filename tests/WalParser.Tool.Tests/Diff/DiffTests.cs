using System.Text;
using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.Tool.Tests.Fixtures;
using static WalParser.TestSupport.Logs.WalBytes;

namespace WalParser.Tool.Tests.Diff;

public class DiffTests
{
    public static IEnumerable<object[]> Replications =>
        TestFiles.Named("operations.jsonl")
            .Where(path => path.EndsWith("/master/operations.jsonl", StringComparison.Ordinal))
            .Select(path => (object[])[Path.GetDirectoryName(Path.GetDirectoryName(path))!]);

    /// <summary>The place where they part is derived line by line from the operations that RocksDB read from both.</summary>
    [Theory]
    [MemberData(nameof(Replications))]
    public async Task A_master_and_its_replica_part_where_RocksDB_reads_other_operations(string scenario)
    {
        string[] folders = [TestFiles.PathOf(scenario + "/master"), TestFiles.PathOf(scenario + "/replica")];
        List<(JsonElement Record, List<string> Operations)>[] recorded = [.. folders.Select(RecordsOf)];
        int parted = recorded[0].Zip(recorded[1]).TakeWhile(pair => pair.First.Operations.SequenceEqual(pair.Second.Operations)).Count();
        Assert.True(parted < recorded[0].Count);

        ToolRun run = await ToolRun.Of(["diff", "--format", "jsonl", .. folders]);
        Assert.Equal(1, run.ExitCode);
        JsonElement compared = Assert.Single(run.OfKind("compared"));
        Assert.False(compared.GetProperty("same").GetBoolean());
        Assert.Equal(recorded[0][parted].Record.GetProperty("sequence").GetUInt64() - 1, compared.GetProperty("to").GetUInt64());
        Assert.Equal(parted, compared.GetProperty("batches").GetInt32());
        JsonElement[] shown = run.OfKind("record");
        for (int side = 0; side < 2; side++)
        {
            JsonElement record = recorded[side][parted].Record;
            Assert.Equal(record.GetProperty("offset").GetInt64(), shown[side].GetProperty("offset").GetInt64());
            Assert.Equal(record.GetProperty("crc32c").GetString(), shown[side].GetProperty("crc32c").GetString());
        }

        Assert.Equal(recorded[0][parted].Operations.Count + recorded[1][parted].Operations.Count, run.OfKind("operation").Length);
    }

    [Fact]
    public async Task Both_sides_are_shown_decoded()
    {
        ToolRun run = await ToolRun.Of(
            "diff", TestFiles.Committed("kvrocks/replication/master"), TestFiles.Committed("kvrocks/replication/replica"));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("the same from 1 to 382 (189 batches)", run.OutputLines[0]);
        Assert.Equal("the logs differ from 383 on", run.OutputLines[1]);
        Assert.Contains(run.OutputLines, line => line.Contains("key=split-brain type=string value=1", StringComparison.Ordinal));
        Assert.Contains(run.OutputLines, line => line.Contains("key=after-promotion type=string value=1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_of_the_logs_is_the_same_up_to_its_end()
    {
        string whole = TestFiles.Committed("kvrocks/rotated");
        ulong first = RecordsOf(whole, "archive/000014.log")[0].Record.GetProperty("sequence").GetUInt64();
        JsonElement last = RecordsOf(whole, "archive/000014.log")[^1].Record;
        ulong end = last.GetProperty("sequence").GetUInt64() + last.GetProperty("count").GetUInt64() - 1;
        string part = Path.Combine(whole, "db/archive/000014.log");
        foreach (string[] sides in (string[][])[[whole, part], [part, whole]])
        {
            ToolRun run = await ToolRun.Of(["diff", "--format", "jsonl", .. sides]);
            Assert.Equal(0, run.ExitCode);
            Assert.Equal(
                $"walparser: {part}: these logs begin with sequence number {first}; "
                + "what was written before lies in table files, which are not read",
                Assert.Single(run.ErrorLines, line => !line.Contains("archive/000010.log", StringComparison.Ordinal)));
            JsonElement compared = Assert.Single(run.OfKind("compared"));
            Assert.True(compared.GetProperty("same").GetBoolean());
            Assert.Equal((first, end), (compared.GetProperty("from").GetUInt64(), compared.GetProperty("to").GetUInt64()));
            JsonElement shorter = run.OfKind("side").Single(side => side.GetProperty("path").GetString() == part);
            Assert.Equal((first, end), (shorter.GetProperty("firstSequence").GetUInt64(), shorter.GetProperty("lastSequence").GetUInt64()));
        }
    }

    [Theory]
    [InlineData("1:ab,3:c", "1:a,2:bc", true, 3)]
    [InlineData("1:abc", "1:a,2:b,3:c", true, 3)]
    [InlineData("1:ab,3:c", "2:b,3:c", true, 3)]
    [InlineData("1:ab,3:c", "1:a,2:bd", false, 2)]
    [InlineData("1:abc", "1:a,2:x", false, 1)]
    [InlineData("1:abc,4:d", "1:ab", true, 2)]
    [InlineData("1:abc", "1:abx", false, 2)]
    [InlineData("1:a,2:bcd", "1:a,2:bx,4:d", false, 2)]
    [InlineData("1:a,2:b", "1:x,2:b", false, null)]
    public async Task Batches_may_be_split(string left, string right, bool isSame, int? to)
    {
        ToolRun run = await DiffAsync(left, right);

        // The number 2 lies inside the first batch of the left side.
        Assert.Equal(right.StartsWith('2'), run.OfKind("notCompared").Length == 1);
        Assert.Equal(isSame && right.StartsWith('1') ? 0 : 1, run.ExitCode);
        Assert.All(run.ErrorLines, line => Assert.Contains("/right: these logs begin with sequence number 2; ", line));
        Assert.Equal(right.StartsWith('1') ? 0 : 1, run.ErrorLines.Length);
        JsonElement compared = Assert.Single(run.OfKind("compared"));
        Assert.Equal(isSame, compared.GetProperty("same").GetBoolean());
        Assert.Equal(to, compared.TryGetProperty("to", out JsonElement last) ? last.GetInt32() : null);
        int? divergesAt = compared.TryGetProperty("divergesAt", out JsonElement first) ? first.GetInt32() : null;
        Assert.Equal(isSame ? null : (to ?? 0) + 1, divergesAt);
    }

    /// <summary>Sequence number 6 is the first of a batch of three on one side and a batch of its own on the other.</summary>
    [Fact]
    public async Task Logs_that_part_inside_a_batch_differ_from_the_next_number_on()
    {
        string[] sides = [TestFiles.Committed("reports/diff-m3340"), TestFiles.Committed("reports/diff-r3340")];
        ToolRun text = await ToolRun.Of(["diff", .. sides]);
        Assert.Equal(1, text.ExitCode);
        Assert.Equal(["the same from 1 to 6 (5 batches)", "the logs differ from 7 on"], text.OutputLines[..2]);
        JsonElement compared = Assert.Single((await ToolRun.Of(["diff", "--format", "jsonl", .. sides])).OfKind("compared"));
        Assert.Equal((6, 7), (compared.GetProperty("to").GetInt32(), compared.GetProperty("divergesAt").GetInt32()));
    }

    /// <summary>A capital letter is a batch with only log data, which uses no sequence number.</summary>
    [Theory]
    [InlineData("1:a,2:b", "1:a,2:L,2:b")]
    [InlineData("1:a,2:L,2:b", "1:a,2:b")]
    [InlineData("1:a,2:K,2:b", "1:a,2:L,2:b")]
    public async Task Batches_with_only_log_data_may_be_missing(string left, string right)
    {
        ToolRun run = await DiffAsync(left, right);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, run.OfKind("compared").Single().GetProperty("to").GetInt32());
    }

    [Fact]
    public async Task A_replication_id_is_explained()
    {
        using var folder = new TempFolder();
        byte[] common = Record(Batch(1, 1, Put("a", "1")));
        string left = folder.Write("left", [.. common, .. Record(Batch(2, 1, Put("b", "1")))]);
        string right = folder.Write(
            "right", [.. common, .. Record(Batch(2, 0, LogData("r 0123456789abcdef"))), .. Record(Batch(2, 1, Put("b", "2")))]);
        ToolRun json = await ToolRun.Of("diff", "--format", "jsonl", left, right);
        JsonElement id = Assert.Single(json.OfKind("replicationId"));
        Assert.Equal(
            (right, "0123456789abcdef", 2),
            (id.GetProperty("path").GetString(), id.GetProperty("id").GetString(), id.GetProperty("sequence").GetInt32()));
        ToolRun text = await ToolRun.Of("diff", left, right);
        Assert.Equal(1, text.ExitCode);
        Assert.Equal(
            $"{right} contains the replication id 0123456789abcdef at 2: with this id a server begins its own history",
            text.OutputLines[0]);
        Assert.Contains("the logs differ from 2 on", text.OutputLines);
    }

    [Theory]
    [InlineData("1:a,3:c,4:d", "1:a,2:b,3:c,4:d")]
    [InlineData("1:a,2:b,3:c,4:d", "1:a,3:c,4:d")]
    [InlineData("1:a,3:c,4:d", "1:a,2:bc,4:d")]
    public async Task The_comparison_continues_after_a_gap(string left, string right)
    {
        ToolRun run = await DiffAsync(left, right);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("sequence number 2 was not in this log up to here, ", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, Assert.Single(run.OfKind("missing")).GetProperty("from").GetInt32());
        JsonElement compared = run.OfKind("compared").Single();
        Assert.True(compared.GetProperty("same").GetBoolean());
        Assert.Equal(4, compared.GetProperty("to").GetInt32());
    }

    /// <summary>What a side lacks is not the same, and each range is named with the side.</summary>
    [Theory]
    [InlineData("1:a,2:b,3:c,4:d,5:e", "1:a,2:b,4:d,5:e", "1-2 4-5", "right 3-3", "")]
    [InlineData("1:a,2:b,5:e", "1:a,2:b,3:c,4:d,5:e", "1-2 5-5", "left 3-4", "")]
    [InlineData("1:a,2:b,3:c,4:d", "3:c,4:d", "3-4", "", "")]
    [InlineData("1:a,5:e,6:f", "1:a,3:c,4:d", "1-1", "left 3-4", "")]
    [InlineData("1:a,4:d,5:e,6:f,7:g", "1:a,2:b,7:g", "1-1 7-7", "left 2-3 right 4-6", "")]
    [InlineData("1:a,2:b,5:e", "1:a,2:b,5:e", "1-2 5-5", "", "")]
    [InlineData("1:a,2:b,3:cde,6:f", "1:a,2:b,4:d,5:e,6:f", "1-2 6-6", "right 3-3", "4-5")]
    [InlineData("1:abc,4:d", "2:b,3:c,4:d", "4-4", "", "2-3")]
    public async Task Only_numbers_that_both_sides_have_are_the_same(
        string left, string right, string same, string missing, string uncompared)
    {
        ToolRun run = await DiffAsync(left, right);
        JsonElement compared = Assert.Single(run.OfKind("compared"));
        Assert.Equal(same, string.Join(' ', compared.GetProperty("sameRanges").EnumerateArray().Select(RangeOf)));
        Assert.Equal(
            missing,
            string.Join(' ', run.OfKind("missing").Select(range =>
                $"{Path.GetFileName(range.GetProperty("path").GetString())} {RangeOf(range)}")));
        Assert.Equal(uncompared, string.Join(' ', run.OfKind("notCompared").Select(RangeOf)));
        Assert.Equal(missing.Length + uncompared.Length == 0 ? 0 : 1, run.ExitCode);

        static string RangeOf(JsonElement range) => $"{range.GetProperty("from")}-{range.GetProperty("to")}";
    }

    /// <summary>Both sides have a log of the same name.</summary>
    [Fact]
    public async Task Findings_name_the_side()
    {
        using var folder = new TempDatabase();
        folder.Write("left/000004.log", LogOf("1:a,3:c"));
        folder.Write("right/000004.log", LogOf("1:a,2:b,3:c,5:e"));
        string left = folder.PathOf("left");
        string right = folder.PathOf("right");
        ToolRun run = await ToolRun.Of("diff", left, right);
        Assert.Single(run.ErrorLines, line =>
            line.StartsWith($"walparser: {left}/000004.log, offset ", StringComparison.Ordinal)
            && line.Contains("sequence number 2 was not in this log", StringComparison.Ordinal));
        Assert.Single(run.ErrorLines, line =>
            line.StartsWith($"walparser: {right}/000004.log, offset ", StringComparison.Ordinal)
            && line.Contains("sequence number 4 was not in this log", StringComparison.Ordinal));
        Assert.Contains("the same from 1 to 1 and from 3 to 3 (2 batches)", run.OutputLines);
    }

    [Fact]
    public async Task Logs_without_a_common_number_have_nothing_in_common()
    {
        ToolRun run = await DiffAsync("1:ab", "5:e");
        Assert.Equal(1, run.ExitCode);
        Assert.False(run.OfKind("compared").Single().GetProperty("same").GetBoolean());
    }

    [Theory]
    [InlineData("diff")]
    [InlineData("diff", "no-such-folder", "nor-this")]
    [InlineData("diff", "-", "-")]
    public async Task Wrong_usage_is_reported(params string[] args)
    {
        ToolRun run = await ToolRun.Of(args);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    /// <summary>Compares two logs. "1:ab,3:c" is a batch at 1 with two puts and a batch at 3 with one put.</summary>
    private static async Task<ToolRun> DiffAsync(string left, string right)
    {
        using var folder = new TempFolder();
        return await ToolRun.Of("diff", "--format", "jsonl", folder.Write("left", LogOf(left)), folder.Write("right", LogOf(right)));
    }

    private static byte[] LogOf(string text) =>
    [
        .. text.Split(',').Select(batch => batch.Split(':')).SelectMany(batch => Record(Batch(
            ulong.Parse(batch[0], System.Globalization.CultureInfo.InvariantCulture),
            (uint)batch[1].Count(char.IsLower),
            [.. batch[1].Select(name => char.IsLower(name) ? Put(name.ToString(), "v") : LogData(name.ToString()))]))),
    ];

    private static List<(JsonElement Record, List<string> Operations)> RecordsOf(string folder) => RecordsOf(folder, null);

    private static List<(JsonElement Record, List<string> Operations)> RecordsOf(string folder, string? file)
    {
        List<(JsonElement, List<string>)> records = [];
        string? current = null;
        foreach (string line in File.ReadLines(Path.Combine(folder, "operations.jsonl"), Encoding.UTF8))
        {
            JsonElement json = JsonDocument.Parse(line).RootElement;
            if (json.TryGetProperty("file", out JsonElement name))
            {
                current = name.GetString();
            }
            else if (file is null || file == current)
            {
                if (json.TryGetProperty("record", out JsonElement record))
                {
                    records.Add((record, []));
                }
                else if (json.TryGetProperty("op", out _))
                {
                    records[^1].Item2.Add(line);
                }
            }
        }

        return records;
    }
}
