using System.Globalization;
using System.Text;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Replay;

public sealed class TargetProbeTests(RedisServer server) : IClassFixture<RedisServer>
{
    [SkippableFact]
    public async Task A_server_is_described_and_not_changed()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 2);
        await using RedisConnection other = await server.ConnectEmptyAsync(database: 3);
        await other.AskAsync("SET", "a", "b");
        string before = await WritesAsync(connection);
        TargetDescription target = await new TargetProbe { Databases = [2, 3], CheckpointKey = "at"u8.ToArray() }
            .LookAsync(server.Endpoint(2));
        Assert.Equal(before, await WritesAsync(connection));
        Assert.Equal((TargetServer.Redis, true, false), (target.Server, target.IsTried, target.IsCluster));
        string info = (await connection.AskAsync("INFO", "server")).Text;
        Assert.Contains($"redis_version:{target.Version}\r\n", info, StringComparison.Ordinal);
        Assert.Equal([new TargetDatabase(2, true, 0), new TargetDatabase(3, false, 1)], target.Databases);
        Assert.Equal((false, null, null), (target.HasCheckpoint, target.CheckpointSequence, target.EvictionPolicy));

        // Every command that Redis 7.0 has is accepted with the arguments of the trial.
        Assert.Subset(new HashSet<string> { "JSON.SET", "HPEXPIREAT" }, target.Refused.Keys.ToHashSet());
        Assert.All(target.Refused.Keys, command => Assert.True(target.IsUnknown(command)));
        Assert.Equal(0, (await connection.AskAsync("DBSIZE")).Integer);
    }

    [SkippableTheory]
    [InlineData("12", 12UL)]
    [InlineData("12 applied=15 database=x first=1", 12UL)]
    [InlineData("words", null)]
    public async Task The_checkpoint_of_an_earlier_replay_is_found(string value, ulong? sequence)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 4);
        await connection.AskAsync("SET", "at", value);
        TargetDescription target = await new TargetProbe { Databases = [4], CheckpointKey = "at"u8.ToArray() }
            .LookAsync(server.Endpoint(4));
        Assert.Equal((true, sequence), (target.HasCheckpoint, target.CheckpointSequence));
        Assert.Empty(target.Databases);
    }

    [SkippableTheory]
    [InlineData("yes")]
    [InlineData("no")]
    public async Task A_replica_is_refused_even_if_it_accepts_writes(string readOnly)
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer replica = await RedisServer.StartAsync(
            "--replicaof", "127.0.0.1", Port(server), "--replica-read-only", readOnly);
        string message = await RefusedAsync(replica.Endpoint());
        Assert.Contains($"is a replica of 127.0.0.1:{server.Port}", message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_full_server_is_refused_and_one_that_deletes_keys_is_described()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer full = await RedisServer.StartAsync("--maxmemory", "100kb");
        string message = await RefusedAsync(full.Endpoint());
        Assert.Contains("OOM", message, StringComparison.Ordinal);
        Assert.Contains(" of 100.00K: raise 'maxmemory'", message, StringComparison.Ordinal);

        await using RedisServer evicting = await RedisServer.StartAsync("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        Assert.Equal("allkeys-lru", (await new TargetProbe().LookAsync(evicting.Endpoint())).EvictionPolicy);
    }

    [SkippableFact]
    public async Task A_server_that_wants_replicas_is_refused()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer alone = await RedisServer.StartAsync("--min-replicas-to-write", "1");
        Assert.Contains("min-replicas-to-write", await RefusedAsync(alone.Endpoint()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_server_that_cannot_save_is_refused()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer failing = await FailedSave.StartServerAsync();
        await using RedisConnection connection = await failing.ConnectAsync();
        await FailedSave.CauseAsync(connection);
        Assert.Contains("MISCONF", await RefusedAsync(failing.Endpoint()), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task The_rights_of_the_user_are_tried()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync(
            "--user", "reader", "on", ">pw", "~*", "+@read", "+@connection", "+@transaction", "+info",
            "--user", "partial", "on", ">pw", "~*", "+@all", "-@list", "-del",
            "--user", "scoped", "on", ">pw", "~app:*", "+@all",
            "--user", "single", "on", ">pw", "~*", "+@all", "-multi");
        var probe = new TargetProbe { Databases = [0], CheckpointKey = "app:at"u8.ToArray() };
        string reader = await RefusedAsync(At("reader"));
        Assert.Contains("refuses every write: NOPERM", reader, StringComparison.Ordinal);
        Assert.Contains("Give the user the right to write", reader, StringComparison.Ordinal);
        TargetDescription partial = await probe.LookAsync(At("partial"));
        Assert.All(
            (string[])["RPUSH", "LPOP", "LTRIM", "DEL"],
            command => Assert.StartsWith("NOPERM", partial.Refused[command], StringComparison.Ordinal));
        Assert.DoesNotContain("HSET", partial.Refused.Keys);
        TargetDescription scoped = await probe.LookAsync(At("scoped"));
        Assert.Subset(new HashSet<string> { "JSON.SET", "HPEXPIREAT" }, scoped.Refused.Keys.ToHashSet());
        TargetDescription outside = await new TargetProbe { CheckpointKey = "at"u8.ToArray() }.LookAsync(At("scoped"));
        Assert.StartsWith("NOPERM", outside.Refused["SET"], StringComparison.Ordinal);
        TargetDescription single = await probe.LookAsync(At("single"));
        Assert.StartsWith("NOPERM", single.Refused["MULTI"], StringComparison.Ordinal);

        RedisEndpoint At(string user) => RedisEndpoint.Parse($"redis://{user}:pw@127.0.0.1:{own.Port}");
    }

    [SkippableFact]
    public async Task A_database_that_does_not_exist_and_a_sentinel_are_refused()
    {
        RedisServer.SkipIfAbsent();
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => new TargetProbe { Databases = [0, 64] }.LookAsync(server.Endpoint()));
        Assert.Equal(RedisErrorKind.Database, thrown.Kind);
        Assert.Contains("no database 64", thrown.Message, StringComparison.Ordinal);

        await using RedisServer sentinel = await RedisServer.StartSentinelAsync();
        string message = await RefusedAsync(sentinel.Endpoint());
        Assert.Contains($"redis+sentinel://127.0.0.1:{sentinel.Port}/NAME-OF-THE-MASTER", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_loading_is_waited_for()
    {
        int pings = 0;
        await using var loading = new FakeServer(
            command => command == "PING" ? ++pings <= 3 ? "-LOADING Redis is loading the dataset in memory\r\n" : "+PONG\r\n" : "-ERR\r\n");
        List<string> waits = [];
        var endpoint = RedisEndpoint.Parse($"redis://127.0.0.1:{loading.Port}");
        TargetDescription target = await new TargetProbe { Waiting = waits.Add }.LookAsync(endpoint);
        Assert.Equal((TargetServer.Unknown, false), (target.Server, target.IsTried));
        Assert.Contains("is loading its data; waiting up to 60 s", Assert.Single(waits), StringComparison.Ordinal);

        pings = int.MinValue;
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => new TargetProbe { Timeout = TimeSpan.FromMilliseconds(600) }.LookAsync(endpoint));
        Assert.Equal(RedisErrorKind.Loading, thrown.Kind);
        Assert.Contains("still loading its data after 0.6 s", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>A server may answer PING and refuse everything else while it is loading.</summary>
    [Fact]
    public async Task Any_answer_can_say_that_the_server_is_loading()
    {
        int left = 3;
        await using var loading = new FakeServer(command => command == "PING" ? "+PONG\r\n" : left-- > 0 ? "-LOADING x\r\n" : "-ERR\r\n");
        List<string> waits = [];
        var endpoint = RedisEndpoint.Parse($"redis://127.0.0.1:{loading.Port}");
        await new TargetProbe { Waiting = waits.Add }.LookAsync(endpoint);
        Assert.Contains("is loading its data; waiting up to 60 s", Assert.Single(waits), StringComparison.Ordinal);

        left = int.MaxValue;
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => new TargetProbe { Timeout = TimeSpan.FromMilliseconds(600) }.LookAsync(endpoint));
        Assert.Equal(RedisErrorKind.Loading, thrown.Kind);
    }

    /// <summary>A redis-server that loads its data: 300 keys, of which each takes 10 ms.</summary>
    [SkippableFact]
    public async Task A_real_server_that_is_loading_is_waited_for()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer slow = await RedisServer.StartAsync("--enable-debug-command", "yes");
        await using RedisConnection connection = await slow.ConnectAsync();
        await connection.AskAsync("DEBUG", "POPULATE", "300");
        await connection.AskAsync("CONFIG", "SET", "key-load-delay", "10000");
        await connection.AskAsync("CONFIG", "SET", "loading-process-events-interval-bytes", "1024");
        Task<RespValue> reload = connection.ExecuteAsync(RedisCommands.Command("DEBUG", "RELOAD"));
        List<string> waits = [];
        TargetDescription target;
        do
        {
            target = await new TargetProbe { Databases = [0], Waiting = waits.Add }.LookAsync(slow.Endpoint());
        }
        while (waits.Count == 0 && !reload.IsCompleted);

        Assert.Contains("is loading its data; waiting up to 60 s", Assert.Single(waits), StringComparison.Ordinal);
        Assert.Equal(new TargetDatabase(0, IsEmpty: false, 300), Assert.Single(target.Databases));
        Assert.False((await reload).IsError);
    }

    /// <summary>A server that executes what it should queue must not receive a write.</summary>
    [Fact]
    public async Task A_server_that_does_not_queue_receives_no_write()
    {
        List<string> received = [];
        await using var eager = new FakeServer(command =>
        {
            received.Add(command);
            return command == "PING" ? "+PONG\r\n" : "+OK\r\n";
        });
        TargetDescription target = await new TargetProbe { Databases = [0], CountsKeys = false, CheckpointKey = "at"u8.ToArray() }
            .LookAsync(RedisEndpoint.Parse($"redis://127.0.0.1:{eager.Port}"));
        Assert.False(target.IsTried);
        Assert.Equal(["PING", "INFO", "ROLE", "GET at", "SELECT 0", "SELECT 0", "MULTI", "PING"], received);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_a_question_is_given_up()
    {
        await using var mute = new FakeServer(command => command == "PING" ? "+PONG\r\n" : "");
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => new TargetProbe { Timeout = TimeSpan.FromMilliseconds(200) }
                .LookAsync(RedisEndpoint.Parse($"redis://127.0.0.1:{mute.Port}")));

        // The limit of the question and that of the connection are the same.
        Assert.Matches("did not answer INFO within 0.2 s|no reply arrived for 0.2 s", thrown.Message);
    }

    [Fact]
    public async Task A_scan_without_end_is_given_up()
    {
        await using var endless = new FakeServer(command => command switch
        {
            "PING" => "+PONG\r\n",
            _ when command.StartsWith("SCAN", StringComparison.Ordinal) => "*2\r\n$1\r\n7\r\n*0\r\n",
            _ => "-ERR\r\n",
        });
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => new TargetProbe { Databases = [0], Timeout = TimeSpan.FromMilliseconds(300) }
                .LookAsync(RedisEndpoint.Parse($"redis://127.0.0.1:{endless.Port}")));
        // A slow machine reaches the limit of one question first, which is the same.
        Assert.Matches("does not say whether the database 0 is empty|did not answer SCAN|no reply arrived", thrown.Message);
    }

    /// <summary>Kvrocks's DBSIZE is what its last DBSIZE SCAN counted, so a page of SCAN shows whether there are keys.</summary>
    [Theory]
    [InlineData("*2\r\n$1\r\n0\r\n*0\r\n", true)]
    [InlineData("*2\r\n$2\r\n_k\r\n*1\r\n$1\r\nk\r\n", false)]
    public async Task The_keys_of_Kvrocks_are_not_counted(string page, bool isEmpty)
    {
        await using var kvrocks = new FakeServer(command => command switch
        {
            "PING" => "+PONG\r\n",
            "INFO" => Bulk("# Server\r\nversion:2.9.0\r\nkvrocks_version:2.9.0\r\nredis_version:4.0.0\r\n"),
            "ROLE" => "*1\r\n$6\r\nmaster\r\n",
            "DBSIZE" => ":0\r\n",
            _ when command.StartsWith("SCAN 0 ", StringComparison.Ordinal) => page,
            _ => "-ERR\r\n",
        });
        TargetDescription target = await new TargetProbe { Databases = [0] }
            .LookAsync(RedisEndpoint.Parse($"redis://127.0.0.1:{kvrocks.Port}"));
        Assert.Equal("Kvrocks 2.9.0", target.ServerText);
        Assert.Equal(new TargetDatabase(0, isEmpty, isEmpty ? 0 : null), Assert.Single(target.Databases));
    }

    [Theory]
    [InlineData("redis_version:7.0.15\r\n", "Redis 7.0.15")]
    [InlineData("redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.1.0\r\n", "Valkey 8.1.0")]
    [InlineData("garnet_version:1.0.84\r\nredis_version:7.4.3\r\n", "Garnet 1.0.84")]
    [InlineData("redis_version:7.4.0\r\ndragonfly_version:df-v1.30\r\n", "Dragonfly df-v1.30")]
    [InlineData("# Server\r\nversion:2.0.6\r\ngit_sha1:1\r\n", "Kvrocks 2.0.6")]
    [InlineData("", "a server that does not say what it is")]
    [InlineData("no colon\r\n:\r\n#redis_version:1\r\n", "a server that does not say what it is")]
    public void The_program_is_recognized(string info, string text)
    {
        (TargetServer program, string? version) = new ServerInfo(info).Server;
        var target = new TargetDescription { Endpoint = RedisEndpoint.Parse("redis://h"), Server = program, Version = version };
        Assert.Equal(text, target.ServerText);
    }

    private static async Task<string> RefusedAsync(RedisEndpoint endpoint)
    {
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => new TargetProbe { Databases = [endpoint.Database] }.LookAsync(endpoint));
        Assert.Equal(RedisErrorKind.Refused, thrown.Kind);
        return thrown.Message;
    }

    /// <summary>Returns the line of INFO that counts the writes since the last save.</summary>
    private static async Task<string> WritesAsync(RedisConnection connection) =>
        (await connection.AskAsync("INFO", "persistence")).Text.Split("\r\n")
            .Single(line => line.StartsWith("rdb_changes_since_last_save:", StringComparison.Ordinal));

    private static string Bulk(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n");

    private static string Port(RedisServer server) => server.Port.ToString(CultureInfo.InvariantCulture);
}
