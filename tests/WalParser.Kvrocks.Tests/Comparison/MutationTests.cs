using System.Text;
using WalParser.Kvrocks.Comparison;
using WalParser.Kvrocks.Dataset;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using Xunit.Abstractions;

namespace WalParser.Kvrocks.Tests.Comparison;

/// <summary>One random change on the server is found, and nothing else.</summary>
public sealed class MutationTests(RedisServer server, ITestOutputHelper output) : IClassFixture<RedisServer>
{
    private const int ChangesPerScenario = 60;

    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public Task A_change_of_one_key_is_named(string state) => ChangeAsync(state, _ => true);

    [SkippableFact]
    public Task A_change_of_one_group_is_named() =>
        ChangeAsync("kvrocks/types/state.json", key => key.Groups is { Count: > 0 });

    private async Task ChangeAsync(string state, Predicate<KeyState> isChosen)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        string space = scenario.Spaces.Keys.First();
        await using RedisConnection redis = await server.ConnectEmptyAsync(database: 1);
        await Replays.RunAsync(server.Endpoint(1), Replays.Plain(space), scenario.Batches);
        Keyspace keyspace = Comparisons.KeyspaceOf(scenario.Batches);
        byte[][] keys = [.. (await RedisState.ReadAsync(redis)).Where(key => isChosen(key)).Select(key => key.Key.Bytes!)];
        var random = new Random(1);

        // In some scenarios, redis-server has the type of no key.
        for (int i = 0; i < ChangesPerScenario && keys.Length > 0; i++)
        {
            byte[] key = keys[random.Next(keys.Length)];
            byte[] dump = (await redis.AskAsync("DUMP", key)).Bytes.ToArray();
            long expiry = (await redis.AskAsync("PEXPIRETIME", key)).Integer;
            Mutation? mutation = await Mutation.MakeAsync(redis, key, (await redis.AskAsync("TYPE", key)).Text, random);
            if (mutation is not null)
            {
                await AssertFoundAsync(redis, keyspace, space, key, mutation);
            }

            await redis.AskAsync("RESTORE", key, $"{Math.Max(expiry, 0)}", dump, "REPLACE", "ABSTTL");
        }

        (List<KeyDifference> differences, _) = await Comparisons.RunAsync(server.Endpoint(1), keyspace, Comparisons.Of(space));
        Assert.Empty(Comparisons.Lines(differences));
        Assert.Equal(keys.Length > 0, Comparisons.HasTypesBeside(ScenarioTests.OtherTypes, keyspace, space));
    }

    private async Task AssertFoundAsync(RedisConnection redis, Keyspace keyspace, string space, byte[] key, Mutation mutation)
    {
        bool isThere = (await redis.AskAsync("EXISTS", key)).Integer == 1;
        (List<KeyDifference> differences, _) = await Comparisons.RunAsync(server.Endpoint(1), keyspace, Comparisons.Of(space));
        string[] lines = Comparisons.Lines(differences);
        output.WriteLine($"{mutation.Text}: {string.Join('\n', lines)}");
        KeyDifference difference = Assert.Single(differences);
        Assert.Equal(Mutation.Latin(key), Mutation.Latin(difference.Key.Span));
        Assert.Equal(space, Encoding.UTF8.GetString(difference.Namespace.Span));
        if (!isThere)
        {
            Assert.Equal(KeyDifferenceKind.Missing, difference.Kind);
            return;
        }

        Assert.Equal(KeyDifferenceKind.Different, difference.Kind);

        // The deletion of an entry is also remembered by the stream.
        (ComparedPart, string)[] parts =
        [
            .. difference.Parts.Where(part => part.Part != ComparedPart.MaxDeletedId).Select(part => (
                part.Part,
                (part.Group is { } group ? Mutation.Latin(group.Span) + "/" : "") + Mutation.Latin(part.Name.Span))),
        ];
        Assert.Equal(mutation.Parts.Order(), parts.Order());
        Assert.All(difference.Parts, part => Assert.False(IsSame(part.Logs, part.Server), lines[0]));
    }

    private static bool IsSame(ComparedValue? logs, ComparedValue? server) =>
        logs is { } one && server is { } other && one.Length == other.Length && one.Bytes.Span.SequenceEqual(other.Bytes.Span);
}
