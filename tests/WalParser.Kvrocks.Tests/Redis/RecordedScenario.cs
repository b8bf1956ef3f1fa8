using WalParser.Kvrocks.Tests.Fixtures;
using WalParser.Tests.Fixtures;

namespace WalParser.Kvrocks.Tests.Redis;

/// <summary>The logs of a recorded Kvrocks server, and what it said it had, to be held against a real redis-server.</summary>
/// <param name="Databases">The DB folders: of a master and its replicas, several.</param>
/// <param name="Batches">The batches that all of them have in common.</param>
/// <param name="Spaces">The keys behind those, by namespace.</param>
internal sealed record RecordedScenario(
    IReadOnlyList<string> Databases, List<byte[]> Batches, IReadOnlyDictionary<string, IReadOnlyList<KeyState>> Spaces)
{
    /// <summary>Reads the scenario of a state file; the test is skipped where there is no redis-server.</summary>
    public static async Task<RecordedScenario> ReadAsync(string state)
    {
        RedisServer.SkipIfAbsent();
        IReadOnlyList<string> databases = RecordedState.DatabasesOf(state);
        return new RecordedScenario(databases, await RecordedLogs.ReadCommonAsync(databases), StateFile.Read(TestFiles.PathOf(state)));
    }
}
