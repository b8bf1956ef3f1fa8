using System.Text.Json;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Examples;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;
using WalParser.Tool.Tests.Output;

namespace WalParser.Tool.Tests.Compare;

public sealed class CompareTests(RedisServer server) : IClassFixture<RedisServer>
{
    private static readonly string Types = TestFiles.Committed("kvrocks/types");
    private static readonly string Bulk = TestFiles.Committed("kvrocks/bulk");
    private static readonly string Rotated = TestFiles.Committed("kvrocks/rotated");
    private static readonly string Namespaces = TestFiles.Committed("kvrocks/namespaces");

    [SkippableFact]
    public async Task The_README_shows_the_output_of_a_comparison()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync();
        await using RedisConnection redis = await own.ConnectAsync();
        string uri = own.Endpoint().ToString();
        await ToolRun.Of("replay", Types, "--to", uri, "--no-json", "--checkpoint", "walparser:at");
        await redis.AskAsync("LSET", "list:a", "1", "c");
        await redis.AskAsync("DEL", "str:n2");
        await redis.AskAsync("XACK", "stream:a", "grp", "2000-0");
        await redis.AskAsync("SET", "left-over", "1");
        const string Address = "redis://localhost";
        (string[] arguments, string shown) = new ReadmeFile().CommandExample("compare");
        ToolRun run = await ToolRun.Of(
            [.. arguments.Select(argument => argument == Address ? uri : argument == "testdata/kvrocks/types" ? Types : argument)]);
        Assert.Equal(shown, run.Output.Replace(uri, Address, StringComparison.Ordinal));
        Assert.Equal(1, run.ExitCode);
    }

    [SkippableFact]
    public async Task The_exit_code_is_0_only_if_everything_is_equal()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 1);
        await ToolRun.Of("replay", Bulk, "--to", Uri(1), "--checkpoint", "at");
        ToolRun run = await ToolRun.Of("compare", Bulk, "--with", Uri(1), "--checkpoint", "at");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Matches(@"^compared \d+ keys with \S+: \d+ equal, 0 different, 0 missing on the server, 0 only there", run.Output);

        run = await ToolRun.Of("compare", Bulk, "--with", Uri(1));
        Assert.Equal(1, run.ExitCode);
        Assert.Equal("extra     string      at", run.OutputLines[0]);

        await redis.AskAsync("SETRANGE", "s:60", "8", "#");
        run = await ToolRun.Of("compare", Bulk, "--with", Uri(1), "--checkpoint", "at", "--format", "jsonl");
        Assert.Equal(1, run.ExitCode);
        JsonElement difference = Assert.Single(run.OfKind("different"));
        Assert.Equal("s:60", difference.GetProperty("key").GetString());
        JsonElement part = Assert.Single(difference.GetProperty("differences").EnumerateArray());
        Assert.Equal("value", part.GetProperty("part").GetString());
        Assert.NotEqual(part.GetProperty("logs").GetString(), part.GetProperty("server").GetString());
        JsonElement counts = Assert.Single(run.OfKind("compared"));
        Assert.Equal((true, 1), (counts.GetProperty("complete").GetBoolean(), counts.GetProperty("different").GetInt32()));
    }

    [SkippableFact]
    public async Task What_is_not_compared_is_named_and_accepted_only_on_request()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 2);
        await ToolRun.Of("replay", Types, "--to", Uri(2), "--no-json");
        ToolRun run = await ToolRun.Of("compare", Types, "--with", Uri(2));
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("not compared: 2 keys of type MBbloom--, a type that the server does not have: bloom:a, bloom:auto\n", run.Output);
        ToolRun accepted = await ToolRun.Of("compare", Types, "--with", Uri(2), "--allow-uncompared");
        Assert.Equal((0, run.Output), (accepted.ExitCode, accepted.Output));

        await redis.AskAsync("DEL", "str:n2");
        Assert.Equal(1, (await ToolRun.Of("compare", Types, "--with", Uri(2), "--allow-uncompared")).ExitCode);
    }

    [SkippableFact]
    public async Task Keys_are_compared_at_a_sequence_number_and_after_a_key()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 3);
        ToolRun replay = await ToolRun.Of("replay", Types, "--to", Uri(3), "--no-json", "--to-sequence", "300");
        string last = replay.OutputLines[^1].Split(' ')[^1];
        ToolRun run = await ToolRun.Of("compare", Types, "--with", Uri(3), "--allow-uncompared", "--at-sequence", last);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(1, (await ToolRun.Of("compare", Types, "--with", Uri(3), "--allow-uncompared")).ExitCode);

        await redis.AskAsync("DEL", "hash:a");
        ToolRun before = await ToolRun.Of(
            "compare", Types, "--with", Uri(3), "--allow-uncompared", "--at-sequence", last, "--after", "hash");
        ToolRun after = await ToolRun.Of(
            "compare", Types, "--with", Uri(3), "--allow-uncompared", "--at-sequence", last, "--after", "hash:a");
        Assert.Equal((1, 0), (before.ExitCode, after.ExitCode));
        Assert.Contains("before --after skipped", after.Output);
    }

    [SkippableFact]
    public async Task Namespaces_are_compared_in_their_databases()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync();
        string uri = own.Endpoint().ToString();
        string[] databases = ["--namespace-to-db", "tenant-a=3", "--namespace-to-db", "tenant-b=4"];
        await ToolRun.Of(["replay", Namespaces, "--to", uri, .. databases, "--checkpoint", "at", "--no-json"]);
        ToolRun run = await ToolRun.Of(["compare", Namespaces, "--with", uri, .. databases, "--checkpoint", "at", "--allow-uncompared"]);
        Assert.Equal(0, run.ExitCode);
        ToolRun one = await ToolRun.Of("compare", Namespaces, "--with", uri + "/3", "--namespace", "tenant-a", "--allow-uncompared");
        Assert.Equal(0, one.ExitCode);
        ToolRun plain = await ToolRun.Of("compare", Namespaces, "--with", uri, "--checkpoint", "at");
        Assert.Equal(1, plain.ExitCode);
        Assert.Contains("in the namespace 'tenant-a'; give it a database (--namespace-to-db), or choose one", plain.Output);
        ToolRun wrong = await ToolRun.Of("compare", Namespaces, "--with", uri, "--namespace", "tenant-c");
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("no keys in the namespace 'tenant-c'; they have: __namespace, tenant-a, tenant-b", wrong.Error);
    }

    [SkippableFact]
    public async Task Keys_that_may_be_older_than_the_logs_are_not_extra()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 6);
        await ToolRun.Of("replay", Rotated, "--to", Uri(6), "--no-json");
        await redis.AskAsync("SET", "old", "1");
        string log = Path.Combine(Rotated, "db", "000101.log");
        ToolRun whole = await ToolRun.Of("compare", Rotated, "--with", Uri(6), "--allow-uncompared");
        ToolRun late = await ToolRun.Of("compare", log, "--with", Uri(6), "--allow-uncompared");
        Assert.Equal((1, 0), (whole.ExitCode, late.ExitCode));
        Assert.Contains("extra     string      old\n", whole.Output);
        Assert.Contains("not compared: 1 key of type string that only the server has, and that may be older than the logs", late.Output);
        Assert.Equal(1, (await ToolRun.Of("compare", log, "--with", Uri(6))).ExitCode);
    }

    [SkippableFact]
    public async Task The_progress_is_shown_on_a_terminal()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 7);
        ToolRun run = await ToolRun.On(
            (stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr)
            {
                ErrorIsTerminal = true,
                Clock = new ProgressTests.HurryingClock(),
            },
            [],
            "compare", Bulk, "--with", Uri(7));
        Assert.Matches(@"\r\e\[K[\d,]+ of [\d,]+ keys, [\d,]+ keys/s\r\e\[K", run.Error);
        Assert.EndsWith("\r\e[K", run.Error);
    }

    [SkippableFact]
    public async Task Keys_of_the_server_do_nothing_in_a_terminal()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 5);
        await ToolRun.Of("replay", Bulk, "--to", Uri(5));
        await redis.AskAsync("SET", "\e[2J\u202ekey", "1");
        await redis.AskAsync("SETRANGE", "s:60", "3", "\e]0;\a");
        foreach (string format in (string[])["text", "jsonl"])
        {
            ToolRun run = await ToolRun.Of("compare", Bulk, "--with", Uri(5), "--format", format);
            Assert.Equal(1, run.ExitCode);
            Assert.DoesNotContain(run.Output, character => char.IsControl(character) && character != '\n');
            Assert.DoesNotContain('\u202e', run.Output);
        }
    }

    [SkippableFact]
    public async Task A_server_that_cannot_be_read_has_the_exit_code_2()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync();
        await using RedisConnection redis = await own.ConnectAsync();
        await redis.AskAsync("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@read", "+time", "+ping", "-scan");
        ToolRun refused = await ToolRun.Of("compare", Bulk, "--with", $"redis://reader:secret@127.0.0.1:{own.Port}");
        Assert.Equal(2, refused.ExitCode);
        Assert.Contains("refused SCAN: NOPERM", refused.Error);
        Assert.Contains("stopped while the server's keys were listed; the last compared key is ", refused.Error);
        Assert.DoesNotContain("secret", refused.Error + refused.Output);
        Assert.DoesNotContain("only there", refused.Output);
        own.Kill();
        ToolRun absent = await ToolRun.Of("compare", Bulk, "--with", own.Endpoint().ToString());
        Assert.Equal((2, ""), (absent.ExitCode, absent.Output));
        Assert.Contains("cannot be reached", absent.Error);
    }

    [Theory]
    [InlineData("", "--with URI is missing")]
    [InlineData("--with localhost", "--with: This is not the address of a Redis server")]
    [InlineData("--with redis://localhost --after-namespace a", "--after-namespace requires --after")]
    [InlineData("--with redis://localhost --target memcached", "--target takes redis or kvrocks")]
    [InlineData("--with redis://localhost --rate 0", "--rate takes a whole number of at least 1")]
    public async Task An_error_in_the_command_line_has_the_exit_code_2(string options, string message)
    {
        ToolRun run = await ToolRun.Of(["compare", Bulk, .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
    }

    private string Uri(int database) => server.Endpoint(database).ToString();
}
