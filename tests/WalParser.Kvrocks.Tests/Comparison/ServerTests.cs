using System.Diagnostics;
using System.Text;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>Comparisons with a redis-server: expiries, databases, users, interruptions.</summary>
public sealed class ServerTests(RedisServer server) : IClassFixture<RedisServer>
{
    private const ulong Future = 4_102_444_800_000;

    [SkippableFact]
    public async Task A_key_that_has_expired_counts_as_gone_on_either_side()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 1);
        var model = new ModelServer();
        model.Change("both", KvrocksType.String, key => (key.Text, key.Expiry) = ("a", 1000));
        model.Change("logs", KvrocksType.String, key => (key.Text, key.Expiry) = ("b", 1000));
        model.Change("server", KvrocksType.String, key => (key.Text, key.Expiry) = ("c", Future));
        model.EndBatch();
        await redis.AskAsync("SET", "logs", "b");
        await redis.AskAsync("SET", "server", "c", "PX", "1");
        await redis.AskAsync("SET", "old", "d", "PX", "1");
        await Task.Delay(20);
        (List<KeyDifference> differences, ComparisonResult result) =
            await Comparisons.RunAsync(server.Endpoint(1), Comparisons.KeyspaceOf(model.Batches), new ComparisonOptions());
        Assert.Equal(["Missing server", "Extra logs [Expiry: 1000 | none]"], Comparisons.Lines(differences));
        Assert.Equal(2, result.ExpiredCount);
    }

    [SkippableFact]
    public async Task A_user_who_may_only_read_can_compare()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync("--zset-max-listpack-entries", "0");
        await using RedisConnection redis = await own.ConnectAsync();
        await redis.AskAsync("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@read", "-@write", "+select", "+time", "+ping");
        ModelServer model = RandomHistory.Of(Enumerable.Range(0, 300));
        await Replays.RunAsync(own.Endpoint(), Replays.Plain(), model.Batches);
        (List<KeyDifference> differences, ComparisonResult result) = await Comparisons.RunAsync(
            RedisEndpoint.Parse($"redis://reader:secret@127.0.0.1:{own.Port}"),
            Comparisons.KeyspaceOf(model.Batches),
            new ComparisonOptions());
        Assert.Empty(Comparisons.Lines(differences));
        Assert.True(result.EqualCount > 0);

        await redis.AskAsync("ACL", "SETUSER", "reader", "-type");
        RedisException refused = await Assert.ThrowsAsync<RedisException>(() => Comparisons.RunAsync(
            RedisEndpoint.Parse($"redis://reader:secret@127.0.0.1:{own.Port}"),
            Comparisons.KeyspaceOf(model.Batches),
            new ComparisonOptions()));
        Assert.Equal(RedisErrorKind.Refused, refused.Kind);
        Assert.Contains("refused TYPE: NOPERM", refused.Message);
        Assert.DoesNotContain("secret", refused.Message);
    }

    [SkippableFact]
    public async Task A_read_only_replica_is_compared()
    {
        RedisServer.SkipIfAbsent();
        ModelServer model = RandomHistory.Of(Enumerable.Range(0, 200));
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 0);
        await ModelComparison.PrepareAsync(redis);
        await Replays.RunAsync(server.Endpoint(), Replays.Plain(), model.Batches);
        await using RedisServer replica = await RedisServer.StartAsync(
            "--replicaof", $"127.0.0.1 {server.Port}", "--zset-max-listpack-entries", "0");
        await using RedisConnection connection = await replica.ConnectAsync();
        for (var waited = Stopwatch.StartNew(); waited.Elapsed < TimeSpan.FromSeconds(30);)
        {
            if ((await connection.AskAsync("INFO", "replication")).Text.Contains("master_link_status:up", StringComparison.Ordinal))
            {
                break;
            }

            await Task.Delay(50);
        }

        (List<KeyDifference> differences, ComparisonResult result) = await Comparisons.RunAsync(
            replica.Endpoint(), Comparisons.KeyspaceOf(model.Batches), new ComparisonOptions());
        Assert.Empty(Comparisons.Lines(differences));
        Assert.True(result.EqualCount > 0);
    }

    [SkippableFact]
    public async Task Namespaces_are_compared_in_their_databases()
    {
        RedisServer.SkipIfAbsent();
        var keyspace = new Keyspace(new KeyspaceOptions { SlotEncoding = Kvrocks.Keys.SlotEncoding.Off });
        foreach (string ns in (string[])["a", "b", "c"])
        {
            var model = new ModelServer(ns);
            model.Change("key of " + ns, KvrocksType.String, key => key.Text = ns);
            model.EndBatch();
            var batch = new WalParser.Batches.WriteBatch(model.Batches[0]);
            keyspace.Apply(ref batch);
        }

        await using RedisConnection a = await server.ConnectEmptyAsync(database: 11);
        await using RedisConnection b = await server.ConnectEmptyAsync(database: 12);
        await a.AskAsync("SET", "key of a", "a");
        await b.AskAsync("SET", "key of a", "a");
        await b.AskAsync("SET", "at", "17");
        ComparisonOptions options = new()
        {
            Namespaces = [(ReadOnlyMemory<byte>)"a"u8.ToArray(), (ReadOnlyMemory<byte>)"b"u8.ToArray()],
            DatabaseOf = ns => ns.Span.SequenceEqual("a"u8) ? 11 : 12,
            CheckpointKey = "at"u8.ToArray(),
        };
        (List<KeyDifference> differences, ComparisonResult result) = await Comparisons.RunAsync(server.Endpoint(12), keyspace, options);
        Assert.Equal(["Missing key of b", "Extra key of a"], Comparisons.Lines(differences));
        Assert.Equal([12, 12], differences.Select(difference => difference.Database));
        Assert.Equal(1, result.EqualCount);
        Uncompared other = Assert.Single(result.Uncompared);
        Assert.Equal((UncomparedReason.OtherNamespace, "c", 1), (other.Reason, other.Subject, other.Count));
    }

    [SkippableFact]
    public async Task An_interrupted_comparison_continues_after_its_last_key()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 2);
        var model = new ModelServer();
        for (int i = 0; i < 500; i++)
        {
            model.Change($"k{i:000}", KvrocksType.String, key => key.Text = "x");
        }

        model.EndBatch();
        Keyspace keyspace = Comparisons.KeyspaceOf(model.Batches);
        List<string> missing = [];
        KeyPosition? after = null;
        int runs = 0;
        for (bool isComplete = false; !isComplete; runs++)
        {
            using var stop = new CancellationTokenSource();
            await using DatasetComparer comparer = await DatasetComparer.ConnectAsync(
                server.Endpoint(2), keyspace, new ComparisonOptions { After = after });
            try
            {
                await foreach (KeyDifference difference in comparer.CompareAsync(stop.Token))
                {
                    missing.Add(Encoding.UTF8.GetString(difference.Key.Span));
                    if (missing.Count % 100 == 0)
                    {
                        await stop.CancelAsync();
                    }
                }
            }
            catch (OperationCanceledException)
            {
                Assert.False(comparer.Result.IsComplete);
            }

            isComplete = comparer.Result.IsComplete;
            after = comparer.Result.LastCompared ?? after;
            Assert.True(runs < 10);
        }

        Assert.True(runs > 3);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"k{i:000}"), missing);
    }

    [SkippableFact]
    public async Task The_rate_limits_the_keys_in_a_second()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 3);
        var model = new ModelServer();
        for (int i = 0; i < 60; i++)
        {
            model.Change($"k{i}", KvrocksType.String, key => key.Text = "x");
        }

        model.EndBatch();
        var waited = Stopwatch.StartNew();
        await Comparisons.RunAsync(
            server.Endpoint(3), Comparisons.KeyspaceOf(model.Batches), new ComparisonOptions { KeysPerSecond = 60 });
        Assert.InRange(waited.Elapsed.TotalSeconds, 0.9, 30);
    }
}
