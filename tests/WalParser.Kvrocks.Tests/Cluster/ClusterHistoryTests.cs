using System.Globalization;
using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Keys;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.Kvrocks.Tests.Comparison;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;
using Xunit.Abstractions;

namespace WalParser.Kvrocks.Tests.Cluster;

/// <summary>
/// Random histories that are replayed into a cluster of three masters, while slots move, replicas take the place of their masters with and
/// without the last writes, connections are lost, and replays end early. Repeated until it comes to the end, the replay brings the dataset
/// of the history: nothing is lost, and nothing is there twice. To try more histories, set WALPARSER_SEEDS to their number.
/// </summary>
public sealed class ClusterHistoryTests(RedisCluster cluster, ITestOutputHelper output) : IClassFixture<RedisCluster>
{
    private const int Attempts = 4;

    private static int Seeds => int.Parse(
        Environment.GetEnvironmentVariable("WALPARSER_SEEDS") is { Length: > 0 } given ? given : "3", CultureInfo.InvariantCulture);

    [SkippableFact]
    public async Task The_dataset_is_that_of_the_history_whatever_happens_to_the_cluster()
    {
        RedisServer.SkipIfAbsent();
        foreach (int port in cluster.Ports)
        {
            await cluster.Node(port).AskAsync("CONFIG", "SET", "zset-max-listpack-entries", "0");
        }

        Dictionary<string, int> counts = [];
        for (int seed = 0; seed < Seeds; seed++)
        {
            await RunAsync(new Random(seed), counts, $"seed {seed}");
        }

        output.WriteLine($"{Seeds} histories: {string.Join(", ", counts.Select(pair => $"{pair.Key} {pair.Value}"))}");
        Assert.True(counts.Values.Sum() >= 3 * Seeds, "too little happened to the cluster");
    }

    private async Task RunAsync(Random random, Dictionary<string, int> counts, string what)
    {
        ModelServer model = RandomHistory.Of(Enumerable.Range(0, random.Next(20, 120)).Select(_ => random.Next()).ToArray());
        await cluster.WaitUntilHealthyAsync();
        await cluster.FlushAsync();
        ReplayOptions options = Replays.Plain() with
        {
            CheckpointKey = Replays.CheckpointKey,
            Window = random.Next(3) switch { 0 => 1, 1 => 4, _ => 4096 },
            Timeout = TimeSpan.FromSeconds(90),
        };
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            bool isLast = attempt == Attempts - 1;
            if (isLast)
            {
                await cluster.WaitUntilHealthyAsync();
            }

            ReplayResult? result = await ReplayAsync(options, model.Batches, isLast ? null : random, counts);
            if (isLast)
            {
                bool isWhole = result is { RefusalCount: 0, UnconfirmedCount: 0, UnansweredFrom: null };
                Assert.True(isWhole, $"{what}: {string.Join(", ", result?.Refusals ?? [])}");
            }
        }

        await cluster.WaitUntilHealthyAsync();
        IReadOnlyList<KeyState> expected = ModelState.Of(model, (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        await CorrectMovedExpiriesAsync(expected);
        List<KeyState> actual = await StateAsync();
        IReadOnlyList<string> differences =
            StateComparison.Of(expected, actual, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences;
        Assert.True(differences.Count == 0, $"{what}, window {options.Window}: {string.Join('\n', differences.Take(5))}");

        (List<KeyDifference> found, _) = await Comparisons.RunAsync(
            cluster.Endpoint(),
            Comparisons.KeyspaceOf(model.Batches),
            Comparisons.Of("__namespace") with { CheckpointKey = Replays.CheckpointKey });
        Assert.True(found.Count == 0, $"{what}: compare: {string.Join('\n', Comparisons.Lines(found).Take(5))}");
    }

    private async Task<List<KeyState>> StateAsync() =>
        [.. (await cluster.StateAsync()).Where(key => !key.Key.ToString().Contains(Replays.CheckpointName, StringComparison.Ordinal))];

    /// <summary>
    /// Undoes what MIGRATE does to expiries: it hands on the time to live and not the time (Redis, cluster.c), so that an expiry becomes
    /// later by the time of the transfer, which is less than a second here.
    /// </summary>
    private async Task CorrectMovedExpiriesAsync(IReadOnlyList<KeyState> expected)
    {
        Dictionary<string, long?> found = (await StateAsync()).ToDictionary(key => key.Key.ToString(), key => key.ExpireAtMs);
        foreach (KeyState key in expected)
        {
            if (found.GetValueOrDefault(key.Key.ToString()) - key.ExpireAtMs is > 0 and < 1000)
            {
                RedisConnection master = await cluster.MasterOfAsync(RedisSlot.Of(key.Key.Bytes));
                await master.AskAsync("PEXPIREAT", Encoding.ASCII.GetString(key.Key.Bytes!), key.ExpireAtMs!.Value.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    /// <summary>Replays once. Returns null if the replay ended before the end of the history.</summary>
    private async Task<ReplayResult?> ReplayAsync(
        ReplayOptions options, List<byte[]> batches, Random? random, Dictionary<string, int> counts)
    {
        Task trouble = Task.CompletedTask;
        int stop = random?.Next(3) == 0 ? random.Next(batches.Count) : batches.Count;
        try
        {
            await using Replayer replayer = await Replayer.ConnectAsync(cluster.Endpoint(random?.Next(3) ?? 0), options);
            try
            {
                foreach (byte[] payload in batches.Take(stop))
                {
                    if (random?.Next(12) == 0)
                    {
                        await trouble;
                        trouble = await DisturbAsync(random, counts);
                    }

                    Assert.True(await replayer.ReplayAsync(new WriteBatch(payload)));
                }

                if (stop == batches.Count)
                {
                    return await replayer.CompleteAsync();
                }

                Count(counts, "stops");
                if (random!.Next(2) == 0)
                {
                    await replayer.StopAsync();
                }

                return null;
            }
            catch (RedisException exception)
            {
                if (random is null)
                {
                    throw;
                }

                Count(counts, "ended: " + string.Concat(exception.Message.Where(c => !char.IsAsciiDigit(c)).Take(70)));
                await replayer.StopAsync();
                return null;
            }
        }
        finally
        {
            await trouble;
        }
    }

    /// <summary>Lets something happen to the cluster. Returns a task that ends when it is over.</summary>
    private async Task<Task> DisturbAsync(Random random, Dictionary<string, int> counts)
    {
        switch (random.Next(5))
        {
            case 0:
                Count(counts, "takeovers");
                return await FailOverAsync(random, takesOver: true);
            case 1:
                Count(counts, "failovers");
                return await FailOverAsync(random, takesOver: false);
            case 2:
                Count(counts, "lost connections");
                IReadOnlyList<int> ports = await cluster.MastersAsync();
                RedisConnection master = cluster.Node(ports[random.Next(ports.Count)]);
                Task lost = random.Next(2) == 0 ? await FailOverAsync(random, takesOver: true) : Task.CompletedTask;
                await master.AskAsync("CLIENT", "KILL", "TYPE", "normal");
                return lost;
            default:
                Count(counts, "moves");
                await cluster.WaitUntilHealthyAsync();
                int slot = RedisSlot.Of(Encoding.ASCII.GetBytes($"k{random.Next(6)}"));
                IReadOnlyList<int> masters = await cluster.MastersAsync();
                Func<Task> end = await cluster.BeginMoveAsync(slot, masters[random.Next(masters.Count)]);
                int wait = random.Next(3) * 30;
                return EndAsync();

                async Task EndAsync()
                {
                    await Task.Delay(wait);
                    await end();
                }
        }
    }

    private async Task<Task> FailOverAsync(Random random, bool takesOver)
    {
        await cluster.WaitUntilHealthyAsync();
        IReadOnlyList<int> replicas = await cluster.ReplicasAsync();
        int replica = replicas[random.Next(replicas.Count)];
        return Task.Run(async () =>
        {
            await cluster.FailOverAsync(replica, takesOver);
            await cluster.WaitUntilHealthyAsync();
        });
    }

    private static void Count(Dictionary<string, int> counts, string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
}
