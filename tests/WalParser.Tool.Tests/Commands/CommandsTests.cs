using System.Text;
using System.Text.Json;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Scenarios;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Commands;

public class CommandsTests
{
    private static readonly string Types = TestFiles.Committed("kvrocks/types");
    private static readonly string Namespaces = TestFiles.Committed("kvrocks/namespaces");

    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    /// <summary>The three formats show the same commands.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public async Task All_formats_have_the_same_commands(string state)
    {
        foreach (string database in RecordedState.DatabasesOf(state))
        {
            string[] others = state.Contains("by-namespace", StringComparison.Ordinal) ? ["tenant-a"] : [];
            foreach (string ns in (string[])["__namespace", .. others])
            {
                ToolRun jsonl = await ToolRun.Of("commands", "--format", "jsonl", "--namespace", ns, database);
                ToolRun text = await ToolRun.Of("commands", "--namespace", ns, database);
                int expected = jsonl.Error.Contains("no command creates ", StringComparison.Ordinal) ? 1 : 0;
                Assert.Equal((expected, expected), (jsonl.ExitCode, text.ExitCode));
                Assert.Equal(jsonl.Error, text.Error);
                Assert.Equal(jsonl.OutputLines.Length, text.OutputLines.Length);
                Assert.All(
                    jsonl.JsonLines,
                    line => Assert.Equal(["sequence", "namespace", "args"], line.EnumerateObject().Select(property => property.Name)));
                Assert.All(jsonl.JsonLines, line => Assert.Equal(ns, line.GetProperty("namespace").GetString()));
                byte[] resp = await RespAsync("--namespace", ns, database);
                Assert.Equal(
                    Convert.ToHexString([.. jsonl.JsonLines.SelectMany(line => Encoded(line.GetProperty("args")))]),
                    Convert.ToHexString(resp));
            }
        }
    }

    [Fact]
    public async Task Text_is_accepted_by_redis_cli()
    {
        ToolRun run = await ToolRun.Of("commands", Types);
        Assert.Equal("1  SET str:plain hello", run.OutputLines[0]);
        Assert.Contains("2  SET str:empty \"\"", run.OutputLines);
        Assert.Contains(
            run.OutputLines,
            line => line.EndsWith("SET \"key with spaces and \\\"quotes\\\"\" \"value with spaces\"", StringComparison.Ordinal));
        Assert.Contains(
            run.OutputLines,
            line => line.EndsWith("SET \"key\\x00\\xff\\x0d\\x0a\" \"bin\\x00\\xff\\x0d\\x0a\"", StringComparison.Ordinal));
        Assert.Contains("of the column family pubsub omitted, because it contains no keys", run.Error);
        Assert.Contains(
            run.ErrorLines,
            line => line.EndsWith(
                "2 keys of type MBbloom-- omitted, as no command creates them: bloom:a, bloom:auto", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_README_shows_the_output_of_the_tool()
    {
        const string Prompt = "$ walparser commands ";
        string readme = (await File.ReadAllTextAsync(TestFiles.Committed("../README.md"))).ReplaceLineEndings("\n");
        string[] shown = readme[(readme.IndexOf(Prompt, StringComparison.Ordinal) + Prompt.Length)..].Split("\n```")[0].Split('\n');
        ToolRun run = await ToolRun.Of(
            [
                "commands",
                .. shown[0].Split(' ').Select(word =>
                    word.StartsWith("testdata/", StringComparison.Ordinal) ? TestFiles.Committed("../" + word) : word),
            ]);
        Assert.Equal(shown[1..], run.OutputLines);
    }

    [Fact]
    public async Task A_namespace_is_shown_in_brackets()
    {
        ToolRun run = await ToolRun.Of("commands", Namespaces);
        Assert.Contains(run.OutputLines, line => line.Contains("  [tenant-a]  SET ", StringComparison.Ordinal));
        Assert.DoesNotContain("[__namespace]", run.Output);
        Assert.DoesNotContain("omitted, so that its keys", run.Error);
    }

    [Fact]
    public async Task Namespaces_are_not_mixed_in_the_protocol()
    {
        (int exitCode, _, string error) = await RunRespAsync("--namespace-to-db", "tenant-a=3", Namespaces);
        Assert.Equal(2, exitCode);
        Assert.Contains("in the namespace 'tenant-b' omitted", error);
        Assert.Contains("--namespace-to-db tenant-b=", error);
        Assert.DoesNotContain("'tenant-a'", error);
        (exitCode, byte[] output, error) = await RunRespAsync(Namespaces);
        Assert.Equal(2, exitCode);
        Assert.Contains("'tenant-a'", error);
        Assert.Equal(await RespAsync("--namespace", "__namespace", Namespaces), output);

        ToolRun all = await ToolRun.Of(
            "commands", "--format", "jsonl", "--namespace-to-db", "tenant-a=3", "--namespace-to-db", "tenant-b=4", Namespaces);
        Assert.Equal(1, all.ExitCode);
        Assert.Contains("of type MBbloom-- omitted, as no command creates ", all.Error);
        Dictionary<string, string> databases = new() { ["__namespace"] = "0", ["tenant-a"] = "3", ["tenant-b"] = "4" };
        string? selected = null;
        foreach (JsonElement line in all.JsonLines)
        {
            JsonElement arguments = line.GetProperty("args");
            selected = arguments[0].GetString() == "SELECT" ? arguments[1].GetString() : selected;
            Assert.Equal(databases[line.GetProperty("namespace").GetString()!], selected);
        }

        Assert.Contains(all.JsonLines, line => line.GetProperty("args")[0].GetString() == "FLUSHDB");
    }

    [Theory]
    [InlineData("takes a namespace", "--namespace-to-db", "tenant-a")]
    [InlineData("would be mixed", "--namespace-to-db", "tenant-a=1", "--namespace-to-db", "tenant-b=1")]
    [InlineData("--from-sequence is greater", "--from-sequence", "2", "--to-sequence", "1")]
    [InlineData("takes redis or kvrocks", "--target", "mysql")]
    public async Task Contradictory_options_are_refused(string message, params string[] args)
    {
        ToolRun run = await ToolRun.Of(["commands", .. args, Types]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Two_parts_give_the_same_commands_as_the_whole()
    {
        string folder = TestFiles.Committed("kvrocks/rotated");
        ToolRun whole = await ToolRun.Of("commands", "--format", "jsonl", folder);
        Assert.Contains(whole.JsonLines, line => line.GetProperty("args")[0].GetString() == "FLUSHALL");
        ulong[] sequences = [.. whole.JsonLines.Select(line => line.GetProperty("sequence").GetUInt64())];
        ulong middle = sequences[sequences.Length / 2];
        ulong next = sequences.First(sequence => sequence > middle);
        ToolRun first = await ToolRun.Of("commands", "--format", "jsonl", "--to-sequence", $"{middle}", folder);
        ToolRun second = await ToolRun.Of("commands", "--format", "jsonl", "--from-sequence", $"{next}", folder);
        Assert.Equal((0, 0), (first.ExitCode, second.ExitCode));
        Assert.Equal(whole.OutputLines, first.OutputLines.Concat(second.OutputLines));
    }

    /// <summary>A table file has the missing number 6 of the report, and 12 and 13 were never in the log.</summary>
    [Fact]
    public async Task A_gap_that_is_explained_is_no_assumption()
    {
        ToolRun run = await ToolRun.Of("commands", TestFiles.Committed("reports/ingest"));
        Assert.Contains("sequence number 6 was used by ingested table files", run.Error);
        Assert.DoesNotContain("the state before it is assumed to apply after it", run.Error);
    }

    /// <summary>A damaged batch is one gap: its numbers are missing before the next one. At the end, nothing shows that they are.</summary>
    [Theory]
    [InlineData("reports/length-line", 1)]
    [InlineData("reports/wrong-count", 0)]
    public async Task The_gaps_are_those_that_gaps_counts(string name, int count)
    {
        ToolRun gaps = await ToolRun.Of("gaps", "--format", "json", TestFiles.Committed(name));
        Assert.Equal(count, gaps.SeriousKinds.Count(kind => kind == "sequenceGap"));
        ToolRun run = await ToolRun.Of("commands", TestFiles.Committed(name));
        string[] notes = [.. run.ErrorLines.Where(line => line.Contains("gap: the state before it", StringComparison.Ordinal))];
        Assert.Equal(count == 0 ? [] : ["walparser: 1 gap: the state before it is assumed to apply after it"], notes);
    }

    /// <summary>The undo counts it once, also at the end: the rest of the batch is not undone.</summary>
    [Theory]
    [InlineData("reports/length-line")]
    [InlineData("reports/wrong-count")]
    public async Task A_damaged_batch_is_one_gap_of_an_undo(string name)
    {
        ToolRun undo = await ToolRun.Of("commands", "--undo", "--from-sequence", "1", TestFiles.Committed(name));
        Assert.Contains("walparser: 1 gap: ", undo.Error);
    }

    [Fact]
    public async Task A_gap_is_reported_and_the_exit_code_is_1()
    {
        using var folder = new TempFolder();
        string archive = TestFiles.Committed("kvrocks/rotated/db/archive");
        string[] logs = [.. Directory.GetFiles(archive, "*.log").Order(StringComparer.Ordinal)];
        Assert.True(logs.Length > 2);
        foreach (string log in logs.Where(log => log != logs[1]))
        {
            folder.Write(Path.GetFileName(log), File.ReadAllBytes(log));
        }

        ToolRun run = await ToolRun.Of("commands", folder.Path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("gap: expected sequence number", run.Error);
        Assert.Contains("1 gap: the state before it is assumed to apply after it", run.Error);
        Assert.NotEmpty(run.OutputLines);
    }

    [Fact]
    public async Task Unknown_state_before_a_log_from_the_middle_of_a_database_is_reported()
    {
        string[] logs = [.. Directory.GetFiles(TestFiles.Committed("kvrocks/rotated/db/archive"), "*.log").Order(StringComparer.Ordinal)];
        ToolRun run = await ToolRun.Of("commands", "--format", "jsonl", logs[1]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("that these logs contain only in part: the commands create the part that is known: ", run.Error);
        Assert.Contains("a DEL is written in case ", run.Error);
    }

    [Fact]
    public async Task Damage_is_reported_and_the_exit_code_is_1()
    {
        using var folder = new TempFolder();
        byte[] log = File.ReadAllBytes(Path.Combine(Types, "db/000010.log"));
        log[log.Length / 2] ^= 1;
        string path = folder.Write("000010.log", log);
        ToolRun run = await ToolRun.Of("commands", path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("checksum mismatch", run.Error);
        Assert.Contains("gap: ", run.Error);
    }

    [Fact]
    public async Task Commands_for_Kvrocks_use_its_own_types_and_JSON_can_be_left_out()
    {
        ToolRun kvrocks = await ToolRun.Of("commands", "--target", "kvrocks", Types);
        Assert.Contains("SIADD sortedint:a", kvrocks.Output);
        Assert.DoesNotContain("also on a Kvrocks server", kvrocks.Error);
        Assert.Contains("'walparser replay --raw' brings the omitted keys", kvrocks.Error);
        ToolRun redis = await ToolRun.Of("commands", Types);
        Assert.Contains("1 key of type sortedint becomes a sorted set, also on a Kvrocks server; --target kvrocks keeps the type: sortedint:a", redis.Error);
        Assert.Contains("of type bitmap become strings, also on a Kvrocks server", redis.Error);
        Assert.Contains("ZADD sortedint:a 1 1 ", redis.Output);
        Assert.Contains("JSON.SET json:a $ ", redis.Output);
        ToolRun without = await ToolRun.Of("commands", "--no-json", Types);
        Assert.DoesNotContain("JSON.SET", without.Output);
        Assert.Contains("3 JSON documents omitted (--no-json): json:a, json:m", without.Error);
    }

    private static async Task<byte[]> RespAsync(params string[] args)
    {
        (int exitCode, byte[] output, string error) = await RunRespAsync(args);
        Assert.Equal(error.Contains("no command creates ", StringComparison.Ordinal) ? 1 : 0, exitCode);
        return output;
    }

    [Fact]
    public async Task A_first_key_that_looks_as_if_it_had_a_slot_is_read_without_one()
    {
        // The key begins with the slot of "123456789", the check value 0x31C3 of CRC-16/XMODEM, like a key with a slot.
        byte[] misleading = [0x31, 0xC3, .. "123456789"u8];
        using var folder = new TempFolder();
        string path = folder.Write(
            "000004.log",
            [
                .. Record(1, misleading),
                .. Record(2, "one"u8.ToArray()),
                .. Record(3, "two"u8.ToArray()),
                .. Record(4, "three"u8.ToArray()),
            ]);
        ToolRun run = await ToolRun.Of("commands", path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["1  SET \"1\\xc3123456789\" v", "2  SET one v", "3  SET two v", "4  SET three v"], run.OutputLines);
        foreach (string[] more in (string[][])[["dump", "--kvrocks"], ["history", "123456789"], ["keys"], ["diff", path]])
        {
            ToolRun other = await ToolRun.Of([.. more, path]);
            Assert.Equal((0, ""), (other.ExitCode, other.Error));
            Assert.DoesNotContain("slot=", other.Output);
        }

        // Standard input cannot be read in advance. Commands that may be wrong are reported.
        byte[] log = await File.ReadAllBytesAsync(path);
        ToolRun piped = await ToolRun.Of(log, "commands", "-");
        Assert.Equal(1, piped.ExitCode);
        Assert.Contains("1 command may name wrong keys, because no earlier key showed whether keys contain their slot", piped.Error);
        foreach (string[] more in (string[][])[["dump", "--kvrocks", "-"], ["history", "one", "-"]])
        {
            ToolRun other = await ToolRun.Of(log, more);
            Assert.Equal(1, other.ExitCode);
            Assert.Contains("may name wrong keys; give --slot-encoding", other.Error);
        }

        ToolRun specified = await ToolRun.Of(log, "commands", "--slot-encoding", "off", "-");
        Assert.Equal((0, "", run.Output), (specified.ExitCode, specified.Error, specified.Output));

        static byte[] Record(ulong sequence, byte[] key) => WalBytes.Record(
            WalBytes.Batch(
                sequence, 1, [0x05, 1, .. WalBytes.Put([11, .. "__namespace"u8, .. key], [0x81, .. new byte[8], (byte)'v']).AsSpan(1)]));
    }

    /// <summary>Tests a key that is new, and a key that changes.</summary>
    [Fact]
    public async Task A_score_that_is_not_a_number_is_noted()
    {
        byte[] notANumber = [0xFF, 0xF8, .. new byte[6]];
        byte[] log = [.. Record(1, "a"), .. Record(3, "b")];
        ToolRun run = await ToolRun.Of(log, "commands", "-");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2 operations could not be decoded as Kvrocks's", run.Error);
        Assert.DoesNotContain("ZADD", run.Output);

        byte[] Record(ulong sequence, string member)
        {
            byte[] version = [0, 0, 0, 0, 0, 0, 0, 7];
            byte[] metadata = [0x85, .. new byte[8], .. version, 0, 0, 0, 0, 0, 0, 0, (byte)sequence];
            byte[] subkey = [11, .. "__namespace"u8, 0, 0, 0, 1, (byte)'z', .. version, .. Encoding.ASCII.GetBytes(member)];
            return WalBytes.Record(WalBytes.Batch(
                sequence, 2, [0x05, 1, .. WalBytes.Put([11, .. "__namespace"u8, (byte)'z'], metadata).AsSpan(1)],
                WalBytes.Put(subkey, notANumber)));
        }
    }

    private static async Task<(int ExitCode, byte[] Output, string Error)> RunRespAsync(params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        int exitCode = await Tool.CommandLine.WalParserCommand.RunAsync(
            ["commands", "--format", "resp", .. args], new Tool.Output.ToolConsole(Stream.Null, output, error));
        return (exitCode, output.ToArray(), error.ToString());
    }

    /// <summary>Encodes a command as an array of bulk strings, according to the description of the protocol.</summary>
    private static List<byte> Encoded(JsonElement args)
    {
        List<byte> bytes = [.. Encoding.ASCII.GetBytes($"*{args.GetArrayLength()}\r\n")];
        foreach (JsonElement argument in args.EnumerateArray())
        {
            byte[] content = argument.ValueKind == JsonValueKind.String
                ? Encoding.UTF8.GetBytes(argument.GetString()!)
                : argument.GetProperty("base64").GetBytesFromBase64();
            bytes.AddRange([.. Encoding.ASCII.GetBytes($"${content.Length}\r\n"), .. content, .. "\r\n"u8]);
        }

        return bytes;
    }
}
