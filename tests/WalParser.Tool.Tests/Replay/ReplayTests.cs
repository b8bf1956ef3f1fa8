using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Replay;

public sealed class ReplayTests(RedisServer server) : IClassFixture<RedisServer>
{
    /// <summary>The output of a replay that could not begin.</summary>
    private const string NothingSent = "sent nothing\nlast applied sequence 0\n";

    /// <summary>The exit code of a run without faults: the logs have Bloom filters, which no command creates.</summary>
    private const int WithoutBloom = 1;

    private static readonly string Types = TestFiles.Committed("kvrocks/types");
    private static readonly string Namespaces = TestFiles.Committed("kvrocks/namespaces");

    [SkippableFact]
    public async Task The_logs_restore_the_state_and_a_second_replay_changes_nothing()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 1);
        for (int i = 0; i < 2; i++)
        {
            ToolRun run = await ToolRun.Of("replay", Types, "--to", Uri(1), "--no-json", "--checkpoint", "at");
            Assert.Equal(WithoutBloom, run.ExitCode);
            Assert.Equal($"last applied sequence {await LastAsync(Types)}", run.OutputLines[^1]);
            Assert.Contains("2 keys of type MBbloom-- omitted, as no command creates them: bloom:a, bloom:auto", run.Error);
            Assert.Contains("3 JSON documents omitted (--no-json): json:a, json:m", run.Error);
            Assert.Matches(
                $"^{await LastAsync(Types)} database={Identity(Types)} first=1 selection=[0-9a-f]{{16}} without=json$",
                (await connection.AskAsync("GET", "at")).Text);
            await AssertStateAsync(connection, Path.Combine(Types, "state.json"), "__namespace", "at");
        }
    }

    [SkippableFact]
    public async Task Parts_by_sequence_number_restore_the_state()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 2);
        ToolRun first = await ToolRun.Of("replay", Types, "--to", Uri(2), "--no-json", "--to-sequence", "300");
        ulong last = ulong.Parse(first.OutputLines[^1].Split(' ')[^1], CultureInfo.InvariantCulture);
        Assert.InRange(last, 300UL, 310UL);
        ToolRun second = await ToolRun.Of("replay", Types, "--to", Uri(2), "--no-json", "--from-sequence", $"{last + 1}");
        Assert.Equal((0, WithoutBloom), (first.ExitCode, second.ExitCode));
        await AssertStateAsync(connection, Path.Combine(Types, "state.json"), "__namespace");
    }

    [SkippableFact]
    public async Task Namespaces_are_replayed_to_databases()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync();
        string uri = own.Endpoint().ToString();
        ToolRun some = await ToolRun.Of("replay", Namespaces, "--to", uri, "--namespace-to-db", "tenant-a=3", "--no-json");
        Assert.Equal(2, some.ExitCode);
        Assert.Contains("in the namespace 'tenant-b' omitted", some.Error);
        await using RedisConnection connection = await own.ConnectAsync();
        await connection.AskAsync("FLUSHALL");
        ToolRun run = await ToolRun.Of(
            "replay", Namespaces, "--to", uri, "--namespace-to-db", "tenant-a=3", "--namespace-to-db", "tenant-b=4", "--no-json",
            "--checkpoint", "hex:6174");
        Assert.Equal(WithoutBloom, run.ExitCode);
        foreach ((string ns, int database) in (IEnumerable<(string, int)>)[("__namespace", 0), ("tenant-a", 3), ("tenant-b", 4)])
        {
            await using RedisConnection one = await own.ConnectAsync(database);
            await AssertStateAsync(one, Path.Combine(Namespaces, "state-by-namespace.json"), ns, database == 0 ? "at" : null);
        }
    }

    /// <summary>
    /// A server without JSON.SET: every run is refused, and none passes the documents by, until they are omitted.
    /// </summary>
    [SkippableTheory]
    [InlineData("1")]
    [InlineData("4096")]
    public async Task A_refused_command_stops_the_replay_every_time_until_the_cause_is_mended(string window)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 3);
        ulong first = (await ToolRun.Of("commands", "--format", "jsonl", Types)).JsonLines
            .First(line => line.GetProperty("args")[0].GetString() == "JSON.SET").GetProperty("sequence").GetUInt64();
        using var folder = new TempFolder();
        string[] replay =
            ["replay", Types, "--to", Uri(3), "--window", window, "--checkpoint", "at", "--refused", folder.PathOf("refused.jsonl")];
        for (int i = 0; i < 2; i++)
        {
            ToolRun run = await ToolRun.Of(replay);
            Assert.Equal(1, run.ExitCode);
            Assert.Contains($"sequence number {first}: refused: JSON.SET json:a $ ", run.Error);
            Assert.Contains("unknown command 'JSON.SET'", run.Error);
            Assert.Contains("stopped; ", run.Error);
            Assert.Equal($"last applied sequence {first - 1}", run.OutputLines[^1]);
        }

        Assert.Equal(2, Directory.GetFiles(folder.Path, "refused*.jsonl").Length);
        ToolRun rest = await ToolRun.Of([.. replay, "--no-json"]);
        Assert.Equal(WithoutBloom, rest.ExitCode);
        Assert.Equal($"last applied sequence {await LastAsync(Types)}", rest.OutputLines[^1]);
        await AssertStateAsync(connection, Path.Combine(Types, "state.json"), "__namespace", "at");
    }

    /// <summary>
    /// What was refused is listed, and brought from the list when the cause is mended: with a checkpoint, which then passes it, and
    /// without one.
    /// </summary>
    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Refused_keys_are_brought_from_their_list(bool hasCheckpoint)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 6);
        using var folder = new TempFolder();
        string list = folder.PathOf("refused.jsonl");
        string[] replay =
        [
            "replay", Types, "--to", Uri(6), "--existing", "merge", "--no-json", "--refused", list,
            .. hasCheckpoint ? (string[])["--checkpoint", "at"] : [],
        ];
        await connection.AskAsync("SET", "list:a", "in the way");
        ToolRun run = await ToolRun.Of([.. replay, "--keep-going"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("refused: RPUSH list:a", run.Error);
        JsonElement[] lines = [.. (await File.ReadAllLinesAsync(list)).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(
            ("refused", "__namespace", "list:a", "RPUSH"),
            (Text(lines[0], "kind"), Text(lines[0], "namespace"), Text(lines[0], "key"), Text(lines[0], "command")));
        Assert.Equal("end", Text(lines[^1], "kind"));

        // Nothing is overwritten that is another's.
        ToolRun again = await ToolRun.Of([.. replay, "--only", list]);
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("the key is a string on the server, which these logs did not write there", again.Error);
        Assert.Equal("in the way", (await connection.AskAsync("GET", "list:a")).Text);

        await connection.AskAsync("DEL", "list:a");
        ToolRun only = await ToolRun.Of([.. replay, "--only", list]);
        Assert.Equal(
            (WithoutBloom, $"brought 1 key to the state at sequence number {await LastAsync(Types)}"),
            (only.ExitCode, only.OutputLines[0]));
        if (hasCheckpoint)
        {
            string checkpoint = (await connection.AskAsync("GET", "at")).Text;
            Assert.StartsWith($"{await LastAsync(Types)} database=", checkpoint, StringComparison.Ordinal);
        }

        await AssertStateAsync(connection, Path.Combine(Types, "state.json"), "__namespace", hasCheckpoint ? "at" : null);

        static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();
    }

    /// <summary>A list of other logs is not passed over in silence.</summary>
    [SkippableFact]
    public async Task A_list_that_does_not_belong_to_the_logs_is_said()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 12);
        using var folder = new TempFolder();
        string list = folder.PathOf("list");
        await File.WriteAllLinesAsync(
            list,
            [
                """{"kind":"refused","sequence":5,"namespace":"__namespace","key":"nowhere","command":"SET","message":"x"}""",
                """{"kind":"refused","sequence":5,"namespace":"other","key":"list:a","command":"SET","message":"x"}""",
                """{"kind":"refused","sequence":9999999,"namespace":"__namespace","key":"list:a","command":"SET","message":"x"}""",
            ]);
        string refused = folder.PathOf("refused.jsonl");
        ToolRun run = await ToolRun.Of(
            "replay", TestFiles.Committed("kvrocks/rotated"), "--to", Uri(12), "--only", list, "--refused", refused);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("the state of 2 keys cannot be confirmed, because these logs do not contain them, or not all", run.Error);
        Assert.Contains("the list of --only has commands up to sequence number 9999999, but ", run.Error);
        Assert.Contains("1 key of the list of --only left out", run.Error);
        Assert.Contains("these logs do not contain the key", await File.ReadAllTextAsync(refused));
        Assert.Equal(0, (await connection.AskAsync("DBSIZE")).Integer);
    }

    /// <summary>The proof at the end: 1 if the server has anything else than the logs, also where no command was refused.</summary>
    [SkippableFact]
    public async Task Verify_compares_the_server_at_the_end()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 7);
        string[] replay =
            ["replay", TestFiles.Committed("kvrocks/rotated"), "--to", Uri(7), "--checkpoint", "at", "--verify"];
        ToolRun run = await ToolRun.Of(replay);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(" equal", run.Output);
        Assert.StartsWith("last applied sequence ", run.OutputLines[^1], StringComparison.Ordinal);

        await connection.AskAsync("SET", "someone-else", "1");
        run = await ToolRun.Of(replay);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("someone-else", run.Output);
        Assert.StartsWith("last applied sequence ", run.OutputLines[^1], StringComparison.Ordinal);
    }

    /// <summary>A checkpoint passes what its replay did not select, so another selection does not continue it in silence.</summary>
    [SkippableFact]
    public async Task A_checkpoint_is_not_continued_with_another_selection()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 8);
        string[] replay = ["replay", Types, "--to", Uri(8), "--checkpoint", "at"];
        Assert.Equal(WithoutBloom, (await ToolRun.Of([.. replay, "--no-json"])).ExitCode);
        foreach ((string[] more, string reason) in new (string[], string)[]
        {
            ([], "without JSON documents"),
            (["--no-json", "--namespace-to-db", "__namespace=9"], "of other namespaces"),
            (["--no-json", "--from-sequence", "3"], "3 does not continue it"),
        })
        {
            ToolRun run = await ToolRun.Of([.. replay, .. more]);
            Assert.Equal(2, run.ExitCode);
            Assert.Contains(reason, run.Error);
        }

        Assert.Equal(WithoutBloom, (await ToolRun.Of([.. replay, "--no-json"])).ExitCode);
    }

    /// <summary>Nothing is deleted for logs that have nothing to send.</summary>
    [SkippableFact]
    public async Task Flush_deletes_nothing_if_there_is_nothing_to_send()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 10);
        await connection.AskAsync("SET", "k", "v");
        using var folder = new TempFolder();
        string[] paths =
            [folder.PathOf("missing"), folder.Path, TestFiles.Committed("reports/zero-page"), TestFiles.Committed("hostile/esc/db")];
        foreach (string path in paths)
        {
            ToolRun run = await ToolRun.Of("replay", path, "--to", Uri(10), "--existing", "flush");
            Assert.Equal((path, 2), (path, run.ExitCode));
            Assert.Equal("v", (await connection.AskAsync("GET", "k")).Text);
        }
    }

    /// <summary>A dry run says what the next run would do: it begins after the checkpoint.</summary>
    [SkippableFact]
    public async Task A_dry_run_begins_after_the_checkpoint()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 11);
        string[] replay = ["replay", Types, "--to", Uri(11), "--checkpoint", "at", "--no-json"];
        Assert.Equal(WithoutBloom, (await ToolRun.Of(replay)).ExitCode);
        ToolRun dry = await ToolRun.Of([.. replay, "--dry-run"]);
        Assert.Equal(WithoutBloom, dry.ExitCode);
        Assert.StartsWith("would send 1 command for no batch", dry.Output, StringComparison.Ordinal);
    }

    /// <summary>A server that never answers ends the replay after the time limit, and Ctrl-C ends it at once.</summary>
    [Fact]
    public async Task A_silent_server_ends_the_replay()
    {
        await using var silent = new SilentServer();
        ToolRun run = await ToolRun.Of("replay", Types, "--to", silent.Uri, "--timeout", "1");
        Assert.Equal(2, run.ExitCode);

        // The limit of the question and that of the connection are the same.
        Assert.Matches("did not answer INFO within 1 s|no reply arrived for 1 s", run.Error);
        Assert.Equal("last applied sequence 0", run.OutputLines[^1]);

        using ChildProcess process = ToolProcess.StartForSignals("replay", Types, "--to", silent.Uri);
        await silent.WaitForConnectionsAsync(2);
        await process.SignalAsync("INT");
        ChildResult result = await process.EndWithInputOpenAsync();
        Assert.True(result.ExitCode == 130, $"{result.ExitCode}: {result.Output} {result.Error}");
        Assert.Contains("last applied sequence 0", result.Output);
    }

    [SkippableFact]
    public async Task Raw_batches_are_refused_by_a_server_that_is_not_Kvrocks()
    {
        RedisServer.SkipIfAbsent();
        ToolRun run = await ToolRun.Of("replay", Types, "--to", Uri(4), "--raw");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("Only Kvrocks takes batches", run.Error);
        Assert.DoesNotContain(run.Error, character => char.IsControl(character) && character != '\n');
        Assert.Equal(NothingSent, run.Output);
    }

    [SkippableFact]
    public async Task A_wrong_password_is_reported_and_the_exit_code_is_2()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync("--requirepass", "secret");
        foreach (string user in (string[])["", ":wrong-one@"])
        {
            ToolRun run = await ToolRun.Of("replay", Types, "--to", $"redis://{user}127.0.0.1:{own.Port}");
            Assert.Equal((2, NothingSent), (run.ExitCode, run.Output));
            Assert.Contains("password", run.Error);
            Assert.DoesNotContain("wrong-one", run.Error);
        }

        Assert.Equal(
            WithoutBloom, (await ToolRun.Of("replay", Types, "--no-json", "--to", $"redis://:secret@127.0.0.1:{own.Port}")).ExitCode);
    }

    [Fact]
    public async Task An_unreachable_server_is_reported_and_the_exit_code_is_2()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        ToolRun run = await ToolRun.Of("replay", Types, "--to", $"redis://127.0.0.1:{port}");
        Assert.Equal((2, NothingSent), (run.ExitCode, run.Output));
        Assert.Contains($"127.0.0.1:{port}", run.Error);
    }

    /// <summary>
    /// A server dies during the replay: the commands with an unknown outcome and the last applied sequence number are reported.
    /// </summary>
    [SkippableFact]
    public async Task A_lost_server_is_reported_and_the_exit_code_is_2()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync();
        using ChildProcess process = ToolProcess.Start("replay", "-", "--log-number", "10", "--no-json", "--to", own.Endpoint().ToString());
        byte[] log = await File.ReadAllBytesAsync(Path.Combine(Types, "db/000010.log"));
        await process.WriteAsync(log.AsMemory(0, log.Length / 2));
        await WaitForKeysAsync(own);
        own.Kill();
        ChildResult result = await process.EndAsync(log.AsMemory(log.Length / 2));
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("can no longer be used", result.Error);
        Assert.Contains("on, it is not known which commands were executed: ", result.Error);
        Assert.Contains("last applied sequence ", result.Output);
    }

    /// <summary>Ctrl-C in the middle of a log without end: the last applied sequence number is exact, and the exit code is 130.</summary>
    [SkippableFact]
    public async Task Ctrl_C_waits_for_commands_in_progress()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 5);
        string path = Path.Combine(Types, "db/000010.log");
        byte[] log = await File.ReadAllBytesAsync(path);
        using ChildProcess process = ToolProcess.StartForSignals("replay", "-", "--log-number", "10", "--no-json", "--to", Uri(5));
        await process.WriteAsync(log.AsMemory(0, log.Length / 2));
        await WaitForKeysAsync(server, 5);
        await process.SignalAsync("INT");
        ChildResult result = await process.EndWithInputOpenAsync();
        Assert.True(result.ExitCode == 130, $"{result.ExitCode}: {result.Output} {result.Error}");
        ulong last = ulong.Parse(result.Output.TrimEnd().Split(' ')[^1], CultureInfo.InvariantCulture);
        Assert.InRange(last, 1UL, await LastAsync(Types) - 1);
        Assert.Equal(
            WithoutBloom,
            (await ToolRun.Of("replay", path, "--no-json", "--to", Uri(5), "--from-sequence", $"{last + 1}")).ExitCode);
        await AssertStateAsync(connection, Path.Combine(Types, "state.json"), "__namespace");
    }

    /// <summary>A dry run counts the commands that 'commands' shows, except those that only frame them.</summary>
    [Theory]
    [InlineData]
    [InlineData("--to-sequence", "100")]
    [InlineData("--no-json")]
    public async Task A_dry_run_shows_the_commands_to_send(params string[] args)
    {
        ToolRun run = await ToolRun.Of(["replay", Types, "--dry-run", .. args]);
        ToolRun commands = await ToolRun.Of(["commands", Types, "--format", "jsonl", "--namespace", "__namespace", .. args]);
        int expectedCode = args.Contains("100") ? 0 : WithoutBloom;
        Assert.Equal((expectedCode, expectedCode), (run.ExitCode, commands.ExitCode));
        IEnumerable<string> expected = commands.JsonLines
            .Select(line => line.GetProperty("args")[0].GetString()!)
            .Where(name => name is not ("MULTI" or "EXEC"))
            .GroupBy(name => name)
            .Select(group => $"{group.Count()} {group.Key}");
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            run.OutputLines.Skip(1).Select(line => line.Trim().Replace("  ", " ", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.StartsWith("would send ", run.Output, StringComparison.Ordinal);
        Assert.Contains("sequence numbers 1 to ", run.OutputLines[0]);
    }

    [Fact]
    public async Task A_dry_run_of_batches_counts_the_batches_of_the_slots()
    {
        string cluster = TestFiles.Committed("kvrocks/cluster");
        long whole = await CountAsync([]);
        long low = await CountAsync(["--slot", "0-8191"]);
        long high = await CountAsync(["--slot", "8192-16383"]);
        Assert.InRange(low, 1, whole - 1);
        Assert.InRange(high, 1, whole - 1);
        Assert.True(low + high >= whole);

        async Task<long> CountAsync(string[] args)
        {
            ToolRun run = await ToolRun.Of(["replay", cluster, "--dry-run", "--raw", .. args]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            Assert.EndsWith("  APPLYBATCH", run.OutputLines[1]);
            return long.Parse(run.OutputLines[1].Trim().Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        }
    }

    [Theory]
    [InlineData("--to URI is missing")]
    [InlineData("This is not the address of a Redis server", "--to", "localhost")]
    [InlineData("--from-sequence is greater", "--dry-run", "--from-sequence", "2", "--to-sequence", "1")]
    [InlineData("--raw sends none", "--dry-run", "--raw", "--no-json")]
    [InlineData("--raw sends none", "--dry-run", "--raw", "--target", "redis")]
    [InlineData("--raw sends none", "--dry-run", "--raw", "--namespace-to-db", "a=1")]
    [InlineData("--slot requires --raw", "--dry-run", "--slot", "1")]
    [InlineData("--slot takes a slot", "--dry-run", "--raw", "--slot", "2-1")]
    [InlineData("--slot takes a slot", "--dry-run", "--raw", "--slot", "16384")]
    [InlineData("--offline requires --dry-run", "--to", "redis://h", "--offline")]
    [InlineData("takes fail, flush or merge", "--dry-run", "--existing", "replace")]
    [InlineData("--existing flush empties one namespace", "--to", "redis://h", "--raw", "--existing", "flush")]
    [InlineData("--only brings keys to their state", "--dry-run", "--only", "list.jsonl")]
    [InlineData("takes redis or kvrocks", "--dry-run", "--target", "mysql")]
    public async Task Contradictory_options_are_refused(string message, params string[] args)
    {
        ToolRun run = await ToolRun.Of(["replay", Types, .. args]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error);
    }

    private static string Identity(string folder) => File.ReadAllText(Path.Combine(folder, "db/IDENTITY")).Trim();

    private string Uri(int database) => server.Endpoint(database).ToString();

    private static async Task<ulong> LastAsync(string folder) =>
        (await RecordedLogs.ReadAsync(folder)).Max(batch => BitConverter.ToUInt64(batch) + BitConverter.ToUInt32(batch, 8) - 1);

    private static async Task WaitForKeysAsync(RedisServer server, int database = 0)
    {
        await using RedisConnection connection = await server.ConnectAsync(database);
        for (var waited = Stopwatch.StartNew(); (await connection.AskAsync("DBSIZE")).Integer == 0; await Task.Delay(20))
        {
            Assert.True(waited.Elapsed < TimeSpan.FromSeconds(60), "No reply arrived.");
        }
    }

    private static async Task AssertStateAsync(RedisConnection connection, string state, string ns, string? checkpoint = null)
    {
        IReadOnlyList<KeyState> actual = await RedisState.ReadAsync(connection);
        actual = [.. actual.Where(key => key.Key != StateBytes.Of(checkpoint ?? ""))];
        Assert.Empty(StateComparison.Of(StateFile.Read(state)[ns], actual, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
    }
}
