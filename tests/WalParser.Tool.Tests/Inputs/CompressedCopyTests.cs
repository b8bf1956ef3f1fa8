using System.Text.Json;
using System.Text.RegularExpressions;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inputs;

/// <summary>Every command reads a compressed copy of a log like the log itself.</summary>
public class CompressedCopyTests
{
    // Its live part ends before a record with an older log number. It is clean only with the right log number.
    private const string RecycledLog = "rocksdb/recycled/000016.log";
    private const string OrdinaryLog = "kvrocks/types/db/000010.log";

    public static TheoryData<string, string> Copies
    {
        get
        {
            var copies = new TheoryData<string, string>();
            foreach (string log in new[] { RecycledLog, OrdinaryLog })
            {
                foreach (string format in new[] { "gzip", "zstd", "lz4" })
                {
                    copies.Add(log, format);
                }
            }

            return copies;
        }
    }

    private static byte[] Read(string log) => File.ReadAllBytes(TestFiles.Committed(log));

    /// <summary>The log alone, like its copies: without the MANIFEST that names its column families.</summary>
    private static string Alone(TempFolder folder, string log) => folder.Write("alone/" + Path.GetFileName(log), Read(log));

    /// <summary>Returns the output of a dump without the name of the file.</summary>
    private static string[] Content(ToolRun run) =>
        [.. run.OutputLines.Skip(1).Select(line => Regex.Replace(line, "\"file\":\"[^\"]*\",", ""))];

    private static JsonElement FileOf(ToolRun run) => run.Json.GetProperty("files").EnumerateArray().Single();

    /// <summary>Returns the report about a file without its name and without the format of the copy.</summary>
    private static string Facts(JsonElement file) => string.Join(
        '\n', file.EnumerateObject().Where(fact => fact.Name is not ("file" or "path" or "copy")).Select(fact => fact.ToString()));

    [SkippableTheory]
    [MemberData(nameof(Copies))]
    public async Task Dump_shows_the_same_for_a_copy(string log, string format)
    {
        LogCopy copy = LogCopy.Make(format, Read(log));
        using var folder = new TempFolder();
        ToolRun original = await ToolRun.Of("dump", "--format", "jsonl", Alone(folder, log));
        string name = Path.GetFileName(log) + copy.Suffix;
        string path = folder.Write("archive/" + name, copy.Bytes);
        string number = Path.GetFileNameWithoutExtension(log).TrimStart('0');
        foreach ((string input, string shown) in new[] { (folder.Path, "archive/" + name), (path, name) })
        {
            ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", input);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.Equal($$"""{"kind":"file","file":"{{shown}}","logNumber":{{number}}}""", run.OutputLines[0]);
            Assert.Equal(Content(original), Content(run));
        }

        ToolRun piped = await ToolRun.Of(copy.Bytes, "dump", "--format", "jsonl", "-", "--log-number", number);
        Assert.Equal((0, ""), (piped.ExitCode, piped.Error));
        Assert.Equal(Content(original), Content(piped));
    }

    [SkippableTheory]
    [MemberData(nameof(Copies))]
    public async Task Verify_and_info_show_the_same_for_a_copy_and_name_its_format(string log, string format)
    {
        LogCopy copy = LogCopy.Make(format, Read(log));
        using var folder = new TempFolder();
        string path = folder.Write(Path.GetFileName(log) + copy.Suffix, copy.Bytes);
        string number = Path.GetFileNameWithoutExtension(log).TrimStart('0');
        foreach (string command in new[] { "verify", "info" })
        {
            JsonElement original = FileOf(await ToolRun.Of(command, "--format", "json", Alone(folder, log)));
            Assert.False(original.TryGetProperty("copy", out _));
            ToolRun[] runs =
            [
                await ToolRun.Of(command, "--format", "json", folder.Path),
                await ToolRun.Of(command, "--format", "json", path),
                await ToolRun.Of(copy.Bytes, command, "--format", "json", "-", "--log-number", number),
            ];
            Assert.All(runs, run =>
            {
                Assert.Equal((0, ""), (run.ExitCode, run.Error));
                Assert.Equal(Facts(original), Facts(FileOf(run)));
                Assert.Equal(format, FileOf(run).GetProperty("copy").GetString());
            });
        }
    }

    [Fact]
    public async Task Info_has_a_line_for_the_format_only_for_copies()
    {
        using var folder = new TempFolder();
        string path = folder.Write("000010.log.gz", LogCopy.Make("gzip", Read(OrdinaryLog)).Bytes);
        Assert.Contains("  Copy:                  gzip", (await ToolRun.Of("info", path)).OutputLines);
        Assert.DoesNotContain("Copy:", (await ToolRun.Of("info", TestFiles.Committed(OrdinaryLog))).Output);
    }

    [Fact]
    public async Task A_copy_is_recognized_by_its_content()
    {
        // The first bytes determine the format: a renamed log is read as a log, and a copy without its suffix as a copy.
        using var folder = new TempFolder();
        string log = folder.Write("000001.log.zst", Read(OrdinaryLog));
        string copy = folder.Write("000002.log", LogCopy.Make("gzip", Read(OrdinaryLog)).Bytes);
        ToolRun original = await ToolRun.Of("dump", "--format", "jsonl", Alone(folder, OrdinaryLog));
        foreach (string path in new[] { log, copy })
        {
            ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", path);
            Assert.Equal(Content(original), Content(run));
        }
    }

    [Fact]
    public async Task Logs_and_copies_in_a_folder_are_in_the_order_of_their_numbers()
    {
        byte[] record = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put("k", "v")));
        byte[] copy = LogCopy.Make("gzip", record).Bytes;
        using var folder = new TempFolder();
        folder.Write("archive/000003.log.gz", copy);
        folder.Write("archive/000004.log", record);
        folder.Write("000005.log.gz", copy);
        folder.Write("000006.log", record);
        folder.Write("000007.log.bak", copy);
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", folder.Path);
        Assert.Equal(
            ["archive/000003.log.gz", "archive/000004.log", "000005.log.gz", "000006.log"],
            run.OfKind("file").Select(file => file.GetProperty("file").GetString()));
    }

    [SkippableTheory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public async Task A_truncated_copy_is_damage_after_the_records_that_could_be_read(string format)
    {
        byte[] log = ManyRecords();
        LogCopy copy = LogCopy.Make(format, log);
        await CheckDamaged(log, copy with { Bytes = copy.Bytes[..(copy.Bytes.Length * 2 / 3)] });
    }

    [SkippableTheory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    [InlineData("lz4")]
    public async Task A_damaged_copy_is_damage_after_the_records_that_could_be_read(string format)
    {
        byte[] log = ManyRecords();
        LogCopy copy = LogCopy.Make(format, log);
        byte[] damaged = [.. copy.Bytes];
        damaged.AsSpan(damaged.Length * 2 / 3, 64).Fill(0xFF);
        await CheckDamaged(log, copy with { Bytes = damaged });
    }

    private static async Task CheckDamaged(byte[] log, LogCopy copy)
    {
        using var folder = new TempFolder();
        string path = folder.Write("000010.log" + copy.Suffix, copy.Bytes);
        ToolRun dump = await ToolRun.Of("dump", "--format", "jsonl", path);
        Assert.Equal((1, ""), (dump.ExitCode, dump.Error));
        string[] records = Records(dump);
        string[] whole = Records(await ToolRun.Of(log, "dump", "--format", "jsonl", "-"));
        Assert.InRange(records.Length, 1, whole.Length - 1);

        // They are not always the first records: if the checksum of the format comes late, the checksums of the log identify the intact
        // records.
        Assert.Subset(whole.ToHashSet(), records.ToHashSet());
        Assert.Equal(whole[0], records[0]);
        Assert.NotEmpty(dump.OfKind("finding"));
        foreach (string command in new[] { "verify", "info" })
        {
            ToolRun run = await ToolRun.Of(command, "--format", "json", path);
            Assert.Equal((1, ""), (run.ExitCode, run.Error));
            JsonElement file = FileOf(run);
            Assert.Equal(copy.Format, file.GetProperty("copy").GetString());
            Assert.Equal(records.Length, file.GetProperty("records").GetInt32());
            Assert.True(file.GetProperty("corruptionCount").GetInt32() > 0);
        }
    }

    private static string[] Records(ToolRun run) =>
        [.. run.OutputLines.Where(line => line.StartsWith("{\"kind\":\"record\"", StringComparison.Ordinal))];

    /// <summary>Creates a log of a megabyte that does not compress well, so that a copy in every format has several blocks.</summary>
    private static byte[] ManyRecords()
    {
        var random = new Random(1);
        List<byte> log = [];
        for (ulong sequence = 1; sequence <= 1024; sequence++)
        {
            byte[] value = new byte[1000];
            random.NextBytes(value);

            // Half of it repeats, so that it compresses to some extent.
            value.AsSpan(500).Clear();
            log.AddRange(WalBytes.Record(WalBytes.Batch(sequence, 1, WalBytes.Put([(byte)'k'], value))));
        }

        return [.. log];
    }
}
