using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>Logs that begin later than the database: what they contain of a key is compared, and the key is named.</summary>
public sealed class PartialLogTests(RedisServer server) : IClassFixture<RedisServer>
{
    private static readonly ComparisonOptions Partial = new() { IsLogWhole = false };

    [SkippableFact]
    public async Task What_the_logs_have_is_compared_and_the_key_is_named()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 1);
        ModelServer model = Model();
        await Replays.RunAsync(server.Endpoint(1), Replays.Plain(), model.Batches);
        Keyspace late = Comparisons.KeyspaceOf(model.Batches.TakeLast(1));
        (List<KeyDifference> differences, ComparisonResult result) = await Comparisons.RunAsync(server.Endpoint(1), late, Partial);
        Assert.Empty(Comparisons.Lines(differences));
        Assert.Equal((7, 0), (result.KeyCount, result.EqualCount));
        Assert.Equal(
            ["bitmap 1", "hash 1", "list 1", "set 1", "sortedint 1", "stream 1", "zset 1"],
            result.Uncompared
                .Where(entry => entry.Reason == UncomparedReason.IncompleteInLogs)
                .Select(entry => $"{entry.Subject} {entry.Count}")
                .Order());
        Uncompared unknown = Assert.Single(result.Uncompared, entry => entry.Reason == UncomparedReason.UnknownToLogs);
        Assert.Equal(("string", 1), (unknown.Subject, unknown.Count));

        await redis.AskAsync("HSET", "hash", "late", "#");
        await redis.AskAsync("LSET", "list", "2", "#");
        await redis.AskAsync("SREM", "set", "late");
        await redis.AskAsync("SADD", "set", "other");
        await redis.AskAsync("ZADD", "zset", "5", "late");
        await redis.AskAsync("ZREM", "sortedint", "1");
        await redis.AskAsync("XADD", "stream", "9-9", "a", "b");
        await redis.AskAsync("SETBIT", "bitmap", "16399", "0");
        (differences, _) = await Comparisons.RunAsync(server.Endpoint(1), late, Partial);
        Assert.Equal(
            [
                "Different bitmap [Value: \0\x01 | \0\0]",
                "Different hash [Field late: 1 | #]",
                "Different list [Element 2: late | #]",
                "Different set [Member late:  | none]",
                "Different sortedint [Length: 2 | 1]",
                "Different stream [Length: 2 | 3] [LastId: 2-1 | 9-9] [EntriesAdded: 2 | 3]",
                "Different zset [Member late: 2 | 5]",
            ],
            Comparisons.Lines(differences));
    }

    private static ModelServer Model()
    {
        var model = new ModelServer();
        model.Change("string", KvrocksType.String, key => key.Text = "early");
        Change(model, "early", 1);
        model.EndBatch();
        Change(model, "late", 2);
        model.EndBatch();
        return model;
    }

    private static void Change(ModelServer model, string name, ulong number)
    {
        model.Change("hash", KvrocksType.Hash, key => key.Fields[name] = "1");
        model.Change("list", KvrocksType.List, key => key.List.AddRange(number == 1 ? ["a", "b"] : [name]));
        model.Change("set", KvrocksType.Set, key => key.Fields[name] = "");
        model.Change("zset", KvrocksType.ZSet, key => key.Scores[name] = number);
        model.Change("sortedint", KvrocksType.SortedInt, key => key.Numbers.Add(number));
        model.Change("bitmap", KvrocksType.Bitmap, key => key.Bits = [.. key.Bits, .. new byte[1024], 1]);
        model.Change("stream", KvrocksType.Stream, key =>
        {
            key.Stream.Entries[new StreamEntryId(number, 1)] = ["f", name];
            key.Stream.LastId = new StreamEntryId(number, 1);
            key.Stream.EntriesAdded++;
        });
    }
}
