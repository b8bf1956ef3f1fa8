using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Redis;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Replay;

/// <summary>What <c>replay</c> says and refuses before it writes anything.</summary>
public sealed class TargetCheckTests(RedisServer server) : IClassFixture<RedisServer>
{
    /// <summary>The exit code of a run without faults: the logs have Bloom filters, which no command creates.</summary>
    private const int WithoutBloom = 1;

    private static readonly string Types = TestFiles.Committed("kvrocks/types");
    private static readonly string Namespaces = TestFiles.Committed("kvrocks/namespaces");

    [SkippableFact]
    public async Task Keys_that_are_there_are_not_mixed_with_others_unless_the_user_says_so()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 1);
        await connection.AskAsync("RPUSH", "list:a", "mine");
        await connection.AskAsync("SET", "mine", "1");
        ToolRun refused = await ReplayAsync(1);
        Assert.Equal((1, "sent nothing\nlast applied sequence 0\n"), (refused.ExitCode, refused.Output));
        Assert.Contains("is not empty: database 1 has 2 keys. Nothing was sent. --existing flush", refused.Error);
        Assert.Equal(2, (await connection.AskAsync("DBSIZE")).Integer);

        ToolRun dry = await ReplayAsync(1, "--dry-run", "--existing", "flush");
        Assert.Equal(WithoutBloom, dry.ExitCode);
        Assert.Contains("which --existing flush would delete", dry.Error);
        ToolRun dryRefused = await ReplayAsync(1, "--dry-run");
        Assert.Equal(1, dryRefused.ExitCode);
        Assert.StartsWith("would send ", dryRefused.Output, StringComparison.Ordinal);
        Assert.Equal(2, (await connection.AskAsync("DBSIZE")).Integer);

        ToolRun flushed = await ReplayAsync(1, "--existing", "flush", "--checkpoint", "at");
        Assert.Equal(WithoutBloom, flushed.ExitCode);
        Assert.Contains("database 1 has 2 keys: deleted (--existing flush)", flushed.Error);
        Assert.True((await connection.AskAsync("GET", "mine")).IsNull);
        long keys = (await connection.AskAsync("DBSIZE")).Integer;

        // A replay that continues has nothing to flush, and no keys of others.
        ToolRun continued = await ReplayAsync(1, "--existing", "flush", "--checkpoint", "at");
        Assert.Equal(WithoutBloom, continued.ExitCode);
        Assert.DoesNotContain("deleted", continued.Error);
        Assert.Equal(WithoutBloom, (await ReplayAsync(1, "--checkpoint", "at")).ExitCode);
        ulong last = ulong.Parse(flushed.OutputLines[^1].Split(' ')[^1], CultureInfo.InvariantCulture);
        Assert.Equal(WithoutBloom, (await ReplayAsync(1, "--from-sequence", $"{last + 1}")).ExitCode);
        Assert.Equal(keys, (await connection.AskAsync("DBSIZE")).Integer);

        await connection.AskAsync("FLUSHDB");
        await connection.AskAsync("SET", "mine", "1");
        Assert.Equal(WithoutBloom, (await ReplayAsync(1, "--existing", "merge")).ExitCode);
        Assert.Equal("1", (await connection.AskAsync("GET", "mine")).Text);
    }

    [SkippableFact]
    public async Task Every_database_that_is_written_must_be_empty_and_exist()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync();
        string uri = own.Endpoint().ToString();
        string[] args = ["replay", Namespaces, "--no-json", "--to", uri, "--namespace-to-db", "tenant-a=3", "--namespace-to-db"];
        await using (RedisConnection four = await own.ConnectAsync(4))
        await using (RedisConnection five = await own.ConnectAsync(5))
        {
            await four.AskAsync("SET", "a", "b");
            await five.AskAsync("SET", "a", "b");
            ToolRun refused = await ToolRun.Of([.. args, "tenant-b=4"]);
            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("is not empty: database 4 has 1 key.", refused.Error);
            Assert.Equal(WithoutBloom, (await ToolRun.Of([.. args, "tenant-b=4", "--existing", "flush"])).ExitCode);
            Assert.True((await four.AskAsync("GET", "a")).IsNull);
            Assert.Equal("b", (await five.AskAsync("GET", "a")).Text);
        }

        ToolRun absent = await ToolRun.Of([.. args, "tenant-b=64"]);
        Assert.Equal((2, "sent nothing\nlast applied sequence 0\n"), (absent.ExitCode, absent.Output));
        Assert.Contains("has no database 64", absent.Error);
    }

    [SkippableFact]
    public async Task The_types_that_the_server_does_not_know_are_counted_before_the_first_write()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 2);
        Skip.If(
            !(await connection.ExecuteAsync(RedisCommands.Command("JSON.SET", "a"))).Text.Contains("unknown", StringComparison.Ordinal),
            "This redis-server has JSON.");
        long documents = (await ToolRun.Of("keys", Types, "--format", "jsonl")).JsonLines
            .Count(line => line.GetProperty("type").GetString() == "ReJSON-RL");
        ToolRun dry = await ToolRun.Of("replay", Types, "--to", Uri(2), "--dry-run");
        Assert.Equal(1, dry.ExitCode);
        Assert.Contains(": Redis 7", dry.Error);
        string line = dry.ErrorLines.Single(line => line.Contains("of type ReJSON-RL will not be accepted", StringComparison.Ordinal));
        Assert.Contains("unknown command 'JSON.SET'; --no-json omits them", line, StringComparison.Ordinal);
        Assert.True(
            long.Parse(line.Split(' ')[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture) >= documents, $"{line} {documents}");
        Assert.Contains("--keep-going", dry.Error);

        ToolRun replay = await ToolRun.Of("replay", Types, "--to", Uri(2));
        Assert.Equal(1, replay.ExitCode);
        Assert.Contains("of type ReJSON-RL will not be accepted", replay.Error);

        ToolRun without = await ToolRun.Of("replay", Types, "--to", Uri(2), "--dry-run", "--no-json", "--existing", "merge");
        Assert.Equal(WithoutBloom, without.ExitCode);
        Assert.DoesNotContain("will not be accepted", without.Error);
        await connection.AskAsync("FLUSHDB");
        ToolRun omitted = await ToolRun.Of("replay", Types, "--to", Uri(2), "--no-json");
        Assert.Equal(WithoutBloom, omitted.ExitCode);
        Assert.Contains("of type MBbloom-- will be omitted, as no command creates ", omitted.Error);
        Assert.Matches("keys of type ReJSON-RL will be omitted \\(--no-json\\)", omitted.Error);
        Assert.Contains("3 JSON documents omitted (--no-json): json:a, json:m", omitted.Error);
    }

    [SkippableFact]
    public async Task A_server_that_cannot_be_written_is_refused()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer replica = await RedisServer.StartAsync(
            "--replicaof", "127.0.0.1", server.Port.ToString(CultureInfo.InvariantCulture));
        ToolRun run = await ToolRun.Of("replay", Types, "--to", replica.Endpoint().ToString());
        Assert.Equal((2, "sent nothing\nlast applied sequence 0\n"), (run.ExitCode, run.Output));
        Assert.Contains($"Replay to its master (127.0.0.1:{server.Port})", run.Error);

        // One message for all types, whatever the user may not do.
        await using RedisServer limited = await RedisServer.StartAsync(
            "--user", "reader", "on", ">pw", "~*", "+@read", "+@connection", "+@transaction", "+info", "+role",
            "--user", "partial", "on", ">pw", "~*", "+@all", "-@list", "-@hash", "-del", "-copy");
        ToolRun reader = await ToolRun.Of("replay", Types, "--no-json", "--to", $"redis://reader:pw@127.0.0.1:{limited.Port}");
        Assert.Equal((2, "sent nothing\nlast applied sequence 0\n"), (reader.ExitCode, reader.Output));
        Assert.Single(reader.ErrorLines, line => line.Contains("NOPERM", StringComparison.Ordinal));
        ToolRun partial = await ToolRun.Of(
            "replay", Types, "--no-json", "--dry-run", "--to", $"redis://partial:pw@127.0.0.1:{limited.Port}");
        Assert.Equal(1, partial.ExitCode);
        Assert.Single(partial.ErrorLines, line => line.Contains("refuses DEL, whatever the key: NOPERM", StringComparison.Ordinal));
        Assert.Matches(
            "keys of type hash, .* of type list will not be accepted by Redis [0-9.]+, which refuses HSET, RPUSH: NOPERM",
            Assert.Single(partial.ErrorLines, line => line.Contains("will not be accepted", StringComparison.Ordinal)));

        await using RedisServer scoped = await RedisServer.StartAsync("--user", "bob", "on", ">pw", "~app:*", "+@all");
        ToolRun denied = await ToolRun.Of(
            "replay", Types, "--no-json", "--checkpoint", "at", "--to", $"redis://bob:pw@127.0.0.1:{scoped.Port}");
        Assert.Equal((2, ""), (denied.ExitCode, denied.Output));
        Assert.Contains("refuses SET: NOPERM", denied.Error);
    }

    [Fact]
    public async Task Offline_nothing_is_connected_to()
    {
        string[] args = ["replay", Types, "--dry-run", "--to", "redis://nowhere.invalid"];
        Assert.Equal(2, (await ToolRun.Of(args)).ExitCode);
        ToolRun offline = await ToolRun.Of([.. args, "--offline"]);
        Assert.Equal(WithoutBloom, offline.ExitCode);
        Assert.StartsWith("would send ", offline.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant-c", "--namespace", "tenant-c")]
    [InlineData("hex:01", "--namespace", "hex:01")]
    [InlineData("tenant-c", "--namespace-to-db", "tenant-a=1", "--namespace-to-db", "tenant-c=2")]
    [InlineData("tenant-c", "--raw", "--namespace", "tenant-c")]
    public async Task A_namespace_that_the_logs_do_not_have_is_an_error_that_lists_those_that_they_have(string shown, params string[] args)
    {
        ToolRun run = await ToolRun.Of(["replay", Namespaces, "--dry-run", .. args]);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains($"no keys in the namespace '{shown}'; they have: __namespace, tenant-a, tenant-b", run.Error);
    }

    /// <summary>The default namespace is no typing error: every server has it, with keys or without.</summary>
    [Fact]
    public async Task A_log_without_keys_in_the_default_namespace_is_replayed()
    {
        using var folder = new TempFolder();
        byte[] record = WalBytes.Record(WalBytes.Batch(1, 1, WalBytes.Put(1, "\u0001ak", "\u0001\0\0\0\0v")));
        ToolRun run = await ToolRun.Of("replay", folder.Write("000001.log", record), "--dry-run", "--namespace", "__namespace");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("no keys in the namespace '__namespace'; they have: a", run.Error);
    }

    [Fact]
    public async Task A_namespace_that_standard_input_does_not_have_is_an_error_at_the_end()
    {
        string log = Directory.GetFiles(Path.Combine(Namespaces, "db"), "*.log").Order(StringComparer.Ordinal).First();
        ToolRun run = await ToolRun.Of(
            await File.ReadAllBytesAsync(log),
            "replay", "-", "--log-number", Path.GetFileNameWithoutExtension(log), "--dry-run", "--namespace", "tenant-c");
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("no keys in the namespace 'tenant-c'; they have: __namespace, tenant-a", run.Error);
    }

    /// <summary>Without --target, a server that says that it is Kvrocks gets the commands that only Kvrocks has.</summary>
    [Fact]
    public async Task Kvrocks_is_recognized_and_gets_its_own_commands()
    {
        string info = "# Server\r\nversion:2.9.0\r\nkvrocks_version:2.9.0\r\nredis_version:4.0.0\r\n";
        await using var kvrocks = new FakeServer(command => command switch
        {
            "PING" => "+PONG\r\n",
            "INFO" => string.Create(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(info)}\r\n{info}\r\n"),
            "SELECT 0" => "+OK\r\n",
            _ when command.StartsWith("SCAN", StringComparison.Ordinal) => "*2\r\n$1\r\n0\r\n*0\r\n",
            _ => "-ERR\r\n",
        });
        string[] args = ["replay", Types, "--dry-run", "--to", $"redis://127.0.0.1:{kvrocks.Port}"];
        ToolRun run = await ToolRun.Of(args);
        Assert.Equal(WithoutBloom, run.ExitCode);
        Assert.Contains(": Kvrocks 2.9.0, empty", run.Error);
        Assert.Contains("  SIADD", run.Output);
        Assert.Contains("of type MBbloom-- will be omitted", (await ToolRun.Of(["replay", Types, "--to", args[^1]])).Error);
        ToolRun other = await ToolRun.Of([.. args, "--target", "redis"]);
        Assert.Equal((2, ""), (other.ExitCode, other.Output));
        Assert.Contains("is Kvrocks 2.9.0; nothing was sent: with --target redis, its bitmaps", other.Error);
        Assert.DoesNotContain("  SIADD", (await ToolRun.Of([.. args, "--offline"])).Output);
    }

    [SkippableFact]
    public async Task Commands_of_Kvrocks_are_not_sent_to_Redis()
    {
        RedisServer.SkipIfAbsent();
        ToolRun run = await ReplayAsync(9, "--target", "kvrocks");
        Assert.Equal((2, "sent nothing\nlast applied sequence 0\n"), (run.ExitCode, run.Output));
        Assert.Contains("nothing was sent: it does not have the commands of --target kvrocks", run.Error);
    }

    private Task<ToolRun> ReplayAsync(int database, params string[] args) =>
        ToolRun.Of(["replay", Types, "--no-json", "--to", Uri(database), .. args]);

    private string Uri(int database) => server.Endpoint(database).ToString();
}
