using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;

namespace WalParser.TestSupport.Scenarios;

/// <summary>The logs of a recorded Kvrocks server, and the keys that it reported, for a comparison with a real redis-server.</summary>
/// <param name="Databases">The DB folders: several for a master and its replicas.</param>
/// <param name="Batches">The batches that all of them have in common.</param>
/// <param name="Spaces">The keys after these batches, by namespace.</param>
public sealed record RecordedScenario(
    IReadOnlyList<string> Databases, List<byte[]> Batches, IReadOnlyDictionary<string, IReadOnlyList<KeyState>> Spaces)
{
    /// <summary>Reads the scenario of a state file. It skips the test if redis-server is not installed.</summary>
    public static async Task<RecordedScenario> ReadAsync(string state)
    {
        RedisServer.SkipIfAbsent();
        IReadOnlyList<string> databases = RecordedState.DatabasesOf(state);
        return new RecordedScenario(databases, await RecordedLogs.ReadCommonAsync(databases), StateFile.Read(TestFiles.PathOf(state)));
    }
}
