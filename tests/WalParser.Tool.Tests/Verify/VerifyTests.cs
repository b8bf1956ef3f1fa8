using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Inputs;
using WalParser.Tool.Inspection;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Verify;

public class VerifyTests
{
    private const string Basic = "rocksdb/basic/000004.log";

    private static Task<ToolRun> Verify(string path) => ToolRun.Of("verify", "--format", "json", path);

    private static JsonElement FileOf(ToolRun run) => run.Json.GetProperty("files").EnumerateArray().Single();

    public static TheoryData<string> Scenarios =>
        [.. TestFiles.Named("operations.jsonl").Select(path => Path.GetDirectoryName(path)!)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_scenario_is_clean(string scenario)
    {
        ToolRun run = await ToolRun.Of("verify", "--format", "json", TestFiles.PathOf(scenario));
        JsonElement[] files = [.. run.Json.GetProperty("files").EnumerateArray()];
        Assert.Equal(0, run.ExitCode);
        string[] lines = File.ReadAllLines(TestFiles.PathOf(Path.Combine(scenario, "operations.jsonl")));
        Assert.Equal(
            lines.Count(line => line.StartsWith("{\"op\"", StringComparison.Ordinal)),
            files.Sum(file => file.GetProperty("operations").GetInt32()));
        Assert.Equal(
            lines.Count(line => line.StartsWith("{\"record\"", StringComparison.Ordinal)),
            run.Json.GetProperty("summary").GetProperty("records").GetInt32());
        Assert.All(
            files,
            file => Assert.Equal(new FileInfo(file.GetProperty("path").GetString()!).Length, file.GetProperty("size").GetInt64()));
    }

    [Theory]
    [InlineData("rocksdb/recycled/000016.log", 5760, 35861)]
    [InlineData("rocksdb/predecessor-recycled/000012.log", 1645, 13821)]
    public async Task A_stale_tail_is_reported_and_is_not_damage(string log, long offset, long bytes)
    {
        ToolRun run = await Verify(TestFiles.Committed(log));
        JsonElement file = FileOf(run);
        Assert.Equal(0, run.ExitCode);
        Assert.True(file.GetProperty("clean").GetBoolean());
        Assert.Equal(offset, file.GetProperty("staleTail").GetProperty("offset").GetInt64());
        Assert.Equal(bytes, file.GetProperty("staleTail").GetProperty("bytes").GetInt64());
        ToolRun text = await ToolRun.Of("verify", TestFiles.Committed(log));
        Assert.Contains(
            $", offset {offset}: stale tail, left over from the recycled log's earlier use; no damage, {bytes} bytes\n", text.Output);
        Assert.Contains(" bytes: no damage found, nothing missing, ", text.OutputLines[^1]);
    }

    [Fact]
    public async Task A_flipped_byte_is_found_at_its_place()
    {
        using var folder = new TempFolder();
        byte[] log = File.ReadAllBytes(TestFiles.Committed(Basic));
        log[20] ^= 0x40;
        ToolRun run = await Verify(folder.Write("000004.log", log));
        Assert.Equal(1, run.ExitCode);
        Assert.False(FileOf(run).GetProperty("clean").GetBoolean());
        JsonElement damage = run.SeriousFindings[0];
        Assert.Equal("checksumMismatch", damage.GetProperty("finding").GetString());
        Assert.Equal(0, damage.GetProperty("offset").GetInt64());
        Assert.Equal(Math.Min(log.Length, 32768), damage.GetProperty("bytes").GetInt64());
        Assert.Equal("checksum mismatch", damage.GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData(1, "truncated record body")]
    [InlineData(-3, "truncated header")]
    public async Task A_torn_end_is_damage(int cutFromEnd, string reason)
    {
        using var folder = new TempFolder();
        byte[] whole = File.ReadAllBytes(TestFiles.Committed(Basic));
        byte[] log = cutFromEnd > 0 ? whole[..^cutFromEnd] : [.. whole, .. new byte[-cutFromEnd].Select(_ => (byte)1)];
        ToolRun run = await Verify(folder.Write("000004.log", log));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal([reason], run.SeriousReasons);
    }

    [Fact]
    public async Task An_incomplete_record_is_damage()
    {
        ToolRun run = await VerifyBytes([.. LiveRecord(1), .. WalBytes.Fragment(2, [1, 2, 3])]);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["error reading trailing data due to encountering EOF"], run.SeriousReasons);
    }

    [Theory]
    [InlineData("hostile/one-bit-hangs-rocksdb-10.log")]
    [InlineData("hostile/rocksdb-hangs-7.log")]
    public async Task Hostile_logs_end_and_records_after_the_damage_are_read(string log)
    {
        ToolRun run = await Verify(TestFiles.Committed(log));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("recyclable record in a log that is not recycled", run.SeriousReasons);
        long damaged = run.SeriousFindings[0].GetProperty("offset").GetInt64();
        ToolRun dump = await ToolRun.Of("dump", "--format", "jsonl", TestFiles.Committed(log));
        Assert.Equal(1, dump.ExitCode);
        Assert.Contains(dump.OfKind("record"), record => record.GetProperty("offset").GetInt64() > damaged);
    }

    [Fact]
    public async Task Old_records_among_live_ones_are_damage()
    {
        byte[] log = [.. Recyclable(9), .. Recyclable(7), .. Recyclable(7), .. Recyclable(9, 2), .. Recyclable(7)];
        ToolRun run = await VerifyBytes(log);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["fragment of log 7 among live records"], run.SeriousReasons);
        Assert.Equal(log.Length / 5 * 4, FileOf(run).GetProperty("staleTail").GetProperty("offset").GetInt64());
    }

    [Theory]
    [InlineData(8)]
    [InlineData(11)]
    public async Task A_live_record_with_a_damaged_log_number_is_damage(byte damagedNumber)
    {
        const int NumberOffset = 7;
        byte[] damaged = Recyclable(9, 2);
        damaged[NumberOffset] = damagedNumber;
        const string Reason = "log number damaged: the fragment belongs to this log";
        foreach (byte[] next in new[] { [], Recyclable(9, 3), Recyclable(7) })
        {
            string[] reasons =
                next.Length > 0 && next[NumberOffset] == 9 ? [Reason, "gap: expected sequence number 2, found 3: 1 missing"] : [Reason];
            byte[] log = [.. Recyclable(9), .. damaged, .. next];
            ToolRun run = await VerifyBytes(log);
            Assert.Equal(1, run.ExitCode);
            Assert.Equal(reasons.Order(), run.SeriousReasons.Order());
            foreach (string mode in new[] { "tolerate-tail", "absolute", "point-in-time", "skip-corrupt" })
            {
                ToolRun dump = await ToolRun.Of(log, "dump", "-", "--log-number", "9", "--format", "jsonl", "--mode", mode);
                Assert.Equal((mode, 1), (mode, dump.ExitCode));
                Assert.Equal((mode, Reason), (mode, dump.SeriousReasons[0]));
            }
        }
    }

    [Fact]
    public async Task A_live_part_of_any_length_before_a_stale_tail_is_clean()
    {
        // At the end of the live part, the rest of an old record begins, whose bytes may have any values.
        byte[] old = File.ReadAllBytes(TestFiles.Committed("rocksdb/recycled/000016.log"));
        const int LiveEnd = 5760;
        List<string> wrong = [];
        for (int size = 0; size < 3000; size++)
        {
            byte[] record = WalBytes.RecyclableRecord(16, WalBytes.Batch(2_000_000, 1, WalBytes.Put([(byte)'k'], new byte[size])));
            byte[] log = [.. old];
            record.CopyTo(log, LiveEnd);
            InspectionRun run = await InspectAsync(log, logNumber: 16);
            if (run.ExitCode != ExitCode.Clean)
            {
                wrong.Add($"{size}: {string.Join("; ", run.Files[0].Log.Findings.Kept)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task A_recycled_log_without_a_record_of_its_own_is_completely_stale()
    {
        using var folder = new TempFolder();

        // Log 7 is no longer needed, as a later log has records.
        folder.Write("000008.log", Recyclable(8, sequence: 2));
        folder.Write("000009.log", [.. Recyclable(7), .. Recyclable(7)]);
        ToolRun run = await Verify(folder.Path);
        Assert.Equal(0, run.ExitCode);
        JsonElement stale = run.Json.GetProperty("files")[1].GetProperty("staleTail");
        Assert.Equal(0, stale.GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task One_flipped_bit_does_not_make_a_log_recycled()
    {
        // The type byte of the first record changes from 1 to 5. It then looks like a record of another log, followed by garbage.
        byte[] log = [.. LiveRecord(1), .. LiveRecord(2)];
        log[6] ^= 4;
        ToolRun run = await VerifyBytes(log);
        JsonElement file = FileOf(run);
        Assert.Equal(1, run.ExitCode);
        Assert.False(file.TryGetProperty("staleTail", out _));
        Assert.False(file.GetProperty("recycled").GetBoolean());
    }

    [Fact]
    public async Task A_torn_live_record_before_a_stale_tail_is_damage()
    {
        byte[] first = WalBytes.Fragment(6, [1, 2, 3], [9, 0, 0, 0]);
        byte[] log = [.. Recyclable(9), .. first, .. Recyclable(7)];
        ToolRun run = await VerifyBytes(log);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["error in middle of record"], run.SeriousReasons);
        Assert.Equal(log.Length - Recyclable(7).Length, FileOf(run).GetProperty("staleTail").GetProperty("offset").GetInt64());
    }

    [Fact]
    public async Task Batch_damage_is_counted()
    {
        ToolRun run = await VerifyBytes(WalBytes.Record(WalBytes.Batch(1, 7, WalBytes.Put("k", "v"))));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["WriteBatch has wrong count"], run.SeriousReasons);
    }

    [Fact]
    public async Task A_sequence_number_that_is_too_large_is_counted_and_gives_no_range()
    {
        ToolRun run = await VerifyBytes(
            [.. LiveRecord(5), .. WalBytes.Record(WalBytes.Batch(ulong.MaxValue, 1, WalBytes.Put("k", "v")))]);
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["sequence 18446744073709551615 is too large"], run.SeriousReasons);
        Assert.Equal(5, FileOf(run).GetProperty("lastSequence").GetInt64());
    }

    [Fact]
    public async Task Very_many_findings_are_counted_but_not_all_listed()
    {
        byte[] stray = WalBytes.Fragment(3, []);
        byte[] log = [.. Enumerable.Repeat(stray, 3000).SelectMany(bytes => bytes)];
        ToolRun run = await VerifyBytes(log);
        Assert.Equal(3000, FileOf(run).GetProperty("findingCount").GetInt32());
        Assert.Equal(3000, run.Json.GetProperty("summary").GetProperty("damages").GetInt32());
        Assert.Equal(1000, run.Findings.Length);
    }

    [Theory]
    [InlineData("tolerate-tail")]
    [InlineData("absolute")]
    [InlineData("point-in-time")]
    [InlineData("skip-corrupt")]
    public async Task Dump_has_the_same_verdict_in_every_mode(string mode)
    {
        Task<ToolRun> Dump(string path) => ToolRun.Of("dump", "--mode", mode, path);
        using var folder = new TempFolder();
        string torn = folder.Write("000004.log", File.ReadAllBytes(TestFiles.Committed(Basic))[..^1]);
        Assert.Equal(0, (await Dump(TestFiles.Committed("rocksdb/recycled"))).ExitCode);
        Assert.Equal(0, (await Dump(TestFiles.Committed("rocksdb/predecessor-recycled"))).ExitCode);
        Assert.Equal(1, (await Dump(torn)).ExitCode);
        Assert.Equal(1, (await Dump(TestFiles.Committed("hostile/rocksdb-hangs-7.log"))).ExitCode);
    }

    [Fact]
    public async Task An_empty_log_is_clean()
    {
        ToolRun run = await VerifyBytes([]);
        Assert.Equal(0, run.ExitCode);
        Assert.Empty(run.Findings);
        Assert.False(FileOf(run).TryGetProperty("firstSequence", out _));
    }

    /// <summary>Returns the findings of <c>verify -</c>, without its command line and its report.</summary>
    private static async Task<InspectionRun> InspectAsync(byte[] log, ulong logNumber)
    {
        using var error = new StringWriter();
        var console = new ToolConsole(new MemoryStream(log), Stream.Null, error);
        WalInputs inputs = await WalInputs.FindAsync(
            [WalInput.StandardInputName], new InputSettings { LogNumber = logNumber }, CancellationToken.None);
        return await InspectionRun.InspectAsync(inputs, console, CancellationToken.None);
    }

    private static byte[] LiveRecord(ulong sequence) => WalBytes.Record(WalBytes.Batch(sequence, 1, WalBytes.Put("key", "value")));

    private static byte[] Recyclable(uint logNumber, ulong sequence = 1) =>
        WalBytes.RecyclableRecord(logNumber, WalBytes.Batch(sequence, 1, WalBytes.Put("key", "value")));

    private static async Task<ToolRun> VerifyBytes(byte[] log)
    {
        using var folder = new TempFolder();
        return await Verify(folder.Write("000009.log", log));
    }

    [Fact]
    public async Task A_record_over_the_limit_is_damage_and_later_records_are_read()
    {
        ToolRun run = await ToolRun.Of(
            "verify", "--format", "json", "--max-record-size", "1M", TestFiles.Committed("hostile/zstd-bomb-3-gib-4.log"));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["record too large"], run.SeriousReasons);
        Assert.Equal(1, FileOf(run).GetProperty("records").GetInt32());
    }

    [Theory]
    [InlineData("0")]
    [InlineData("M")]
    [InlineData("4G")]
    [InlineData("1.5M")]
    [InlineData("-1")]
    [InlineData("99999999999999999999")]
    public async Task An_invalid_limit_is_a_usage_error(string size)
    {
        ToolRun run = await ToolRun.Of("verify", $"--max-record-size={size}", TestFiles.Committed("rocksdb/basic"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("takes a number of bytes", Assert.Single(run.ErrorLines));
    }
}
