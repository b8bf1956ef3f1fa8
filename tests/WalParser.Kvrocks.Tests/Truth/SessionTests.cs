using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>The comparison with a Kvrocks server, as far as it works without one.</summary>
public sealed class SessionTests
{
    /// <summary>A redis-server executes the commands, and its keys are read. It has no logs to compare.</summary>
    [SkippableFact]
    public async Task A_redis_server_can_be_driven()
    {
        RedisServer.SkipIfAbsent();
        var session = new Session("redis-server", keep: null);
        await session.RunAsync(seed: 1, commands: 500);

        Assert.Empty(session.Tally.Differences);
        Assert.Empty(session.Tally.NotDriven);
        Assert.Superset(new HashSet<string> { "hset", "rpush", "sadd", "set", "xadd", "zadd" }, session.Tally.Accepted);
    }

    /// <summary>The recorded answers of a server equal its logs, and each key that is changed in them is a difference.</summary>
    [Fact]
    public async Task The_logs_of_a_server_are_compared_with_its_answers()
    {
        const string State = "kvrocks/types/state.json";
        List<byte[]> batches = await RecordedLogs.ReadCommonAsync(RecordedState.DatabasesOf(State));
        IReadOnlyList<KeyState> keys = StateFile.Read(TestFiles.PathOf(State))[RecordedState.DefaultNamespace];
        Assert.Empty(DifferencesOf(batches, keys));
        foreach (KeyState key in keys)
        {
            Assert.Single(DifferencesOf(batches, [.. keys.Where(other => other != key)]));
            Assert.Single(DifferencesOf(batches, [.. keys.Where(other => other != key), key with { ExpireAtMs = 1 }]));
        }
    }

    [Fact]
    public void Commands_that_write_and_are_not_known_are_named()
    {
        (string[] driven, string[] notDriven) = WriteCommands.Choose(
            [("set", true), ("get", false), ("new.write", true), ("publish", false)]);

        Assert.Equal(["publish", "set"], driven);
        Assert.Equal(["new.write"], notDriven);
    }

    private static IEnumerable<string> DifferencesOf(List<byte[]> batches, IReadOnlyList<KeyState> keys) =>
        KeyspaceComparison.DifferencesOf(
            batches,
            new Dictionary<string, Dictionary<StateBytes, Answer>>
            {
                [RecordedState.DefaultNamespace] = keys.ToDictionary(key => key.Key, key => new Answer(key, [])),
            });
}
