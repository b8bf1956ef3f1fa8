using System.Globalization;
using System.Text.RegularExpressions;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Elements;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>Large values are read in pages, and a difference in the last page is found.</summary>
public sealed partial class LargeValueTests(RedisServer server) : IClassFixture<RedisServer>
{
    private const int Count = 20_000;
    private const int Bytes = 1_500_000;

    [SkippableFact]
    public async Task A_difference_at_the_end_of_a_large_value_is_found()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 1);
        ModelServer model = Model();
        await Replays.RunAsync(server.Endpoint(1), Replays.Plain(), model.Batches);
        Keyspace keyspace = Comparisons.KeyspaceOf(model.Batches);
        await redis.AskAsync("CONFIG", "RESETSTAT");
        (List<KeyDifference> differences, ComparisonResult result) =
            await Comparisons.RunAsync(server.Endpoint(1), keyspace, new ComparisonOptions());
        Assert.Empty(Comparisons.Lines(differences));
        Assert.Equal(8, result.EqualCount);
        string stats = (await redis.AskAsync("INFO", "commandstats")).Text;
        foreach (string command in (string[])["getrange", "lrange", "hscan", "sscan", "zscan", "xrange"])
        {
            int calls = Calls().Matches(stats)
                .Where(match => match.Groups[1].Value == command)
                .Sum(match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
            Assert.True(calls >= 10, $"{command} was sent {calls} times");
        }

        string last = $"{Count - 1}";
        await redis.AskAsync("SETRANGE", "string", $"{Bytes - 1}", "#");
        await redis.AskAsync("SETBIT", "bitmap", $"{(Bytes * 8) - 1}", "0");
        await redis.AskAsync("HSET", "hash", last, "#");
        await redis.AskAsync("LSET", "list", last, "#");
        await redis.AskAsync("SREM", "set", last);
        await redis.AskAsync("ZADD", "zset", "7.5", last);
        await redis.AskAsync("ZADD", "numbers", "1", last);
        await redis.AskAsync("XDEL", "stream", $"1-{last}");
        (differences, result) = await Comparisons.RunAsync(server.Endpoint(1), keyspace, new ComparisonOptions());
        Assert.Equal(
            [
                $"Different bitmap [Value: {new string('\x01', 17)} | {new string('\x01', 16)}\0]",
                $"Different hash [Field {last}: v{last} | #]",
                $"Different list [Element {last}: v{last} | #]",
                $"Different numbers [Member {last}: {last} | 1]",
                $"Different set [Member {last}:  | none]",
                $"Different stream [Entry 1-{last}: \"f\" \"v{last}\" | none] [MaxDeletedId: 0-0 | 1-{last}]",
                $"Different string [Value: {new string('x', 17)} | {new string('x', 16)}#]",
                $"Different zset [Member {last}: {last}.25 | 7.5]",
            ],
            Comparisons.Lines(differences));
        ComparedValue value = differences.Single(difference => difference.Type == "string").Parts[0].Logs!;
        Assert.Equal((Bytes - 17, Bytes), (value.Offset, value.Length));
    }

    private static ModelServer Model()
    {
        var model = new ModelServer();
        model.Change("string", KvrocksType.String, key => key.Text = new string('x', Bytes));
        model.Change("bitmap", KvrocksType.Bitmap, key => key.Bits = [.. Enumerable.Repeat((byte)1, Bytes)]);
        model.Change("hash", KvrocksType.Hash, key => ForEach(i => key.Fields[i] = "v" + i));
        model.Change("list", KvrocksType.List, key => ForEach(i => key.List.Add("v" + i)));
        model.Change("set", KvrocksType.Set, key => ForEach(i => key.Fields[i] = ""));
        model.Change("zset", KvrocksType.ZSet, key => ForEach(i => key.Scores[i] = double.Parse(i, CultureInfo.InvariantCulture) + 0.25));
        model.Change("numbers", KvrocksType.SortedInt, key => ForEach(i => key.Numbers.Add(ulong.Parse(i, CultureInfo.InvariantCulture))));
        model.Change("stream", KvrocksType.Stream, key =>
        {
            for (ulong i = 1; i < Count; i++)
            {
                key.Stream.Entries[new StreamEntryId(1, i)] = ["f", $"v{i}"];
            }

            key.Stream.LastId = new StreamEntryId(1, Count - 1);
            key.Stream.EntriesAdded = Count - 1;
        });
        model.EndBatch();
        return model;
    }

    private static void ForEach(Action<string> add)
    {
        for (int i = 0; i < Count; i++)
        {
            add(i.ToString(CultureInfo.InvariantCulture));
        }
    }

    [GeneratedRegex(@"cmdstat_(\w+):calls=(\d+)")]
    private static partial Regex Calls();
}
