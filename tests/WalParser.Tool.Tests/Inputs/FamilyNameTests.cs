using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Inputs;

/// <summary>The names of column families in the output of all commands.</summary>
public class FamilyNameTests
{
    private static readonly string Families = TestFiles.Committed("rocksdb/families");

    /// <summary>The folders with a MANIFEST and WALs.</summary>
    public static TheoryData<string> Scenarios =>
    [
        .. TestFiles.Named("MANIFEST-*").Select(path => Path.GetDirectoryName(path)!)
            .Where(folder => Directory.EnumerateFiles(TestFiles.PathOf(folder), "*.log", SearchOption.AllDirectories).Any()),
    ];

    /// <summary>
    /// In every scenario, the names equal those of <c>manifest</c>, which other tests compare with RocksDB's own tool. A long name is cut.
    /// </summary>
    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Every_operation_has_its_familys_name(string scenario)
    {
        Dictionary<uint, string> names = (await ToolRun.Of(
            "manifest", "--format", "jsonl", TestFiles.PathOf(scenario))).OfKind("columnFamily")
            .ToDictionary(family => family.GetProperty("id").GetUInt32(), family => family.GetProperty("name").GetString()!);
        ToolRun run = await ToolRun.Of("dump", "--format", "jsonl", TestFiles.PathOf(scenario));
        Assert.NotEqual(2, run.ExitCode);
        JsonElement[] operations = [.. run.OfKind("operation").Where(operation => operation.TryGetProperty("columnFamily", out _))];
        Assert.NotEmpty(operations);
        Assert.All(operations, operation => Assert.Equal(
            names.TryGetValue(operation.GetProperty("columnFamily").GetUInt32(), out string? name) ? ShownText.Cut(name, 256) : null,
            operation.TryGetProperty("columnFamilyName", out JsonElement shown) ? shown.GetString() : null));
    }

    /// <summary>RocksDB takes any bytes for a name. None of them is lost, and a name is not mixed up with another.</summary>
    [Fact]
    public async Task A_name_that_is_not_UTF8_is_hex()
    {
        using var folder = new TempDatabase();
        folder.Write("CURRENT", "MANIFEST-000003\n"u8.ToArray());
        folder.Write(
            "MANIFEST-000003",
            [
                .. WalBytes.Record([1, .. Field("c"u8), 2, 4, 3, 10, 4, 50]),
                .. WalBytes.Record([200, 1, 1, 201, 1, .. Field([0x61, 0xFF])]),
                .. WalBytes.Record([200, 1, 2, 201, 1, .. Field([0x61, 0xFE])]),
                .. WalBytes.Record([200, 1, 3, 201, 1, .. Field("hex:61ff"u8)]),
            ]);
        folder.WriteLog("000004.log", WalBytes.Batch(1, 2, WalBytes.Put(1, "k", "v"), WalBytes.Put(2, "other", "v")));
        string[] names = ["default", "hex:61ff", "hex:61fe", "hex:6865783a36316666"];
        ToolRun manifest = await ToolRun.Of("manifest", "--format", "jsonl", folder.Path);
        Assert.Equal(names, manifest.OfKind("columnFamily").Select(family => family.GetProperty("name").GetString()));
        Assert.Equal(
            names[1..],
            manifest.OfKind("edit").Where(edit => edit.TryGetProperty("addedColumnFamily", out _))
                .Select(edit => edit.GetProperty("addedColumnFamily").GetString()));
        Assert.Contains("hex:61fe", (await ToolRun.Of("manifest", folder.Path)).Output);
        ToolRun dump = await ToolRun.Of("dump", "--column-family", "hex:61ff", folder.Path);
        Assert.Contains("  hex:61ff(1)  k = v", dump.Output);
        Assert.DoesNotContain("other", dump.Output);

        static byte[] Field(ReadOnlySpan<byte> bytes) => [(byte)bytes.Length, .. bytes];
    }

    [Fact]
    public async Task Text_and_csv_show_the_names()
    {
        ToolRun text = await ToolRun.Of("dump", Families, "--limit", "100");
        Assert.Contains("  beta(2)  ", text.Output);
        Assert.DoesNotContain("  cf ", text.Output);
        ToolRun csv = await ToolRun.Of("dump", "--format", "csv", Families);
        Assert.StartsWith("file,offset,sequence,type,columnFamily,columnFamilyName,key,", csv.Output);
        Assert.Contains(",1,alpha,", csv.Output);
        Assert.Contains(",4,alpha,", csv.Output);
        Assert.Contains(",0,default,", csv.Output);
    }

    [Fact]
    public async Task A_single_log_of_a_folder_or_its_archive_has_the_names()
    {
        ToolRun run = await ToolRun.Of("dump", Path.Combine(Families, "000014.log"));
        Assert.Contains("alpha(4)", run.Output);
        run = await ToolRun.Of("dump", TestFiles.Committed("kvrocks/rotated/db/archive/000014.log"));
        Assert.Contains("metadata(1)", run.Output);
    }

    [Fact]
    public async Task Without_a_MANIFEST_ids_are_shown_and_nothing_is_reported()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("dump", folder.Copy("rocksdb/families/000014.log", "000014.log"));
        Assert.Equal(0, run.ExitCode);
        Assert.StartsWith("walparser: 000014.log: these logs begin with sequence number ", Assert.Single(run.ErrorLines));
        Assert.Contains("  cf 4  ", run.Output);
        Assert.DoesNotContain("columnFamilyName", (await ToolRun.Of("dump", "--format", "jsonl", folder.Path)).Output);
        Assert.Contains("cf 1", (await ToolRun.Of(WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put(1, "k", "v"))), "dump", "-")).Output);
    }

    [Theory]
    [InlineData("dump --format csv")]
    [InlineData("keys")]
    public async Task A_problem_with_the_MANIFEST_is_one_line_and_reading_continues(string command)
    {
        using var folder = new TempFolder();
        folder.Copy("rocksdb/families/000014.log", "000014.log");
        folder.Copy("rocksdb/families/MANIFEST-000005", "MANIFEST-000005");
        ToolRun run = await ReadAsync();
        Assert.Equal(1, run.ExitCode);
        Assert.EndsWith(
            "CURRENT: does not exist, so it is unknown which MANIFEST is live; MANIFEST-000005 is used",
            Assert.Single(run.ErrorLines));

        folder.Write("CURRENT", "MANIFEST-000005\n"u8.ToArray());
        byte[] bytes = await File.ReadAllBytesAsync(TestFiles.Committed("rocksdb/families/MANIFEST-000005"));
        bytes[245] ^= 1;
        folder.Write("MANIFEST-000005", bytes);
        run = await ReadAsync();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MANIFEST-000005, offset 237: checksum mismatch (", Assert.Single(run.ErrorLines));

        // Each finding is one line, and many are counted.
        folder.Write("MANIFEST-000005", [.. Enumerable.Repeat(WalBytes.Record(200, 1, 7), 12).SelectMany(record => record)]);
        run = await ReadAsync();
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("MANIFEST-000005, offset 0: ", run.ErrorLines[0]);
        Assert.EndsWith("referencing unknown column family: 7", run.ErrorLines[0]);

        // Standard error without the finding about the beginning of the logs and without what keys says about its result.
        async Task<ToolRun> ReadAsync()
        {
            ToolRun all = await ToolRun.Of([.. command.Split(' '), folder.Path]);
            return all with
            {
                Error = string.Join('\n', all.ErrorLines.Where(line => line.Contains("MANIFEST-", StringComparison.Ordinal))),
            };
        }
    }

    /// <summary>The problems that verify finds with the MANIFEST are damage of the database, and are reported once.</summary>
    [Fact]
    public async Task Verify_reports_problems_with_the_MANIFEST()
    {
        using var folder = new TempFolder();
        string log = folder.Copy("rocksdb/families/000014.log", "000014.log");
        folder.Copy("rocksdb/families/MANIFEST-000005", "MANIFEST-000005");
        await AssertProblem("missingCurrent", "CURRENT: does not exist");
        folder.Write("CURRENT", "MANIFEST-000004\n"u8.ToArray());
        await AssertProblem("danglingCurrent", "CURRENT: names 'MANIFEST-000004', which does not exist");
        folder.Write("CURRENT", "MANIFEST-000005\n"u8.ToArray());
        byte[] bytes = await File.ReadAllBytesAsync(TestFiles.Committed("rocksdb/families/MANIFEST-000005"));
        folder.Write("MANIFEST-000005", bytes[..^1]);
        await AssertProblem("tornManifest", "MANIFEST-000005: ends within the edit at offset ");
        bytes[245] ^= 1;
        folder.Write("MANIFEST-000005", bytes);
        await AssertProblem("damagedManifest", "MANIFEST-000005, offset 237: checksum mismatch (");

        // If a single log is given, nothing else is checked.
        folder.Copy("rocksdb/families/000014.log", "000015.log");
        Assert.Equal(0, (await ToolRun.Of("verify", log)).ExitCode);

        async Task AssertProblem(string kind, string text)
        {
            ToolRun run = await ToolRun.Of("verify", folder.Path);
            Assert.Equal((kind == "tornManifest" ? 0 : 1, ""), (run.ExitCode, run.Error));
            Assert.Contains("\n" + text, run.Output);
            JsonElement finding = (await ToolRun.Of("verify", "--format", "json", folder.Path)).Findings[0];
            Assert.Equal(kind, finding.GetProperty("finding").GetString());

            // Recovery also reports it once. That RocksDB does not open the database for it is the result.
            run = await ToolRun.Of("dump", "--recovery", folder.Path);
            Assert.Single(run.ErrorLines, line => line.Contains(text, StringComparison.Ordinal));
            Assert.Equal(kind != "tornManifest", run.OutputLines[^1].Contains(": refuses: ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Reports_show_the_names()
    {
        ToolRun info = await ToolRun.Of("info", Path.Combine(Families, "000014.log"));
        Assert.Matches(@"Operations by family: +default\(0\) 19, beta\(2\) 28, gamma\(3\) 23, alpha\(4\) 21\n", info.Output);
        Assert.Contains(
            "8 bytes in column family stamped(1)",
            (await ToolRun.Of("info", TestFiles.Committed("rocksdb/timestamps"))).Output);
        JsonElement file = (await ToolRun.Of(
            "verify", "--format", "json", Path.Combine(Families, "000014.log"))).Json.GetProperty("files")[0];
        Assert.Equal(
            ["default 19", "beta 28", "gamma 23", "alpha 21"],
            file.GetProperty("columnFamilies").EnumerateArray()
                .Select(family => $"{family.GetProperty("columnFamilyName").GetString()} {family.GetProperty("operations").GetInt32()}"));
    }

    [Fact]
    public async Task A_name_selects_all_families_that_had_it()
    {
        ToolRun byName = await ToolRun.Of("dump", "--format", "csv", Families, "--column-family", "alpha");
        ToolRun byIds = await ToolRun.Of("dump", "--format", "csv", Families, "--column-family", "1", "--column-family", "4");
        Assert.Equal((0, byIds.Output), (byName.ExitCode, byName.Output));
        Assert.Contains(",1,alpha,", byName.Output);
        Assert.Contains(",4,alpha,", byName.Output);
        Assert.DoesNotContain("beta", byName.Output);
    }

    [Fact]
    public async Task A_name_selects_nothing_in_a_database_without_it()
    {
        ToolRun run = await ToolRun.Of(
            "dump", "--format", "csv", Families, TestFiles.Committed("kvrocks/types"), "--column-family", "metadata");
        Assert.Equal(0, run.ExitCode);
        string log = TestFiles.Committed("kvrocks/types/db/000010.log");
        Assert.All(run.OutputLines.Skip(1), line => Assert.StartsWith(log + ",", line));
        Assert.Contains(",1,metadata,", run.Output);
    }

    [Fact]
    public async Task An_unknown_name_is_a_usage_error_that_lists_the_names()
    {
        ToolRun run = await ToolRun.Of("dump", Families, "--column-family", "nobody");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(
            "--column-family nobody: there is no such column family; there are default, alpha, beta, gamma; see",
            Assert.Single(run.ErrorLines));
        Assert.Contains("99999999999", (await ToolRun.Of("dump", Families, "--column-family", "99999999999")).Error);
        Assert.Equal(0, (await ToolRun.Of("dump", Families, "--column-family", "77")).ExitCode);
    }
}
