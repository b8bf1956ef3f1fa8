using System.Globalization;
using WalParser.Kvrocks.Rdb;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Rdb;

/// <summary>
/// Writes the datasets of the recorded logs as RDB files. redis-check-rdb finds no fault with them, and a redis-server that has loaded them
/// has the recorded state of the Kvrocks server.
/// </summary>
public sealed class ScenarioTests(RdbServer server) : IClassFixture<RdbServer>
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_server_has_the_state_after_loading_the_file(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        string[] spaces = [.. scenario.Spaces.Keys];
        (byte[] file, RdbReport report) = RdbFiles.Write(RdbFiles.KeyspaceOf(scenario.Batches), spaces);
        Assert.Equal(RdbFile.LowestVersion, report.Version);
        await using RedisConnection connection = await server.LoadAsync(file);
        long count = 0;
        for (int i = 0; i < spaces.Length; i++)
        {
            await connection.AskAsync("SELECT", i.ToString(CultureInfo.InvariantCulture));
            Assert.Empty(await connection.DifferencesAsync(scenario.Spaces[spaces[i]]));
            count += (await connection.AskAsync("DBSIZE")).Integer;
        }

        Assert.Equal(report.KeyCount, count);
        Assert.All(report.Notes, note => Assert.True(
            note is { Kind: RdbNoteKind.NoRdbType, Type: "MBbloom--" or "ReJSON-RL" or "TDIS-TYPE" or "timeseries" }
                or { Kind: RdbNoteKind.RoundedScore or RdbNoteKind.ImpossibleCounters },
            $"{note.Kind} {note.Type}"));
    }

    /// <summary>
    /// Loads the dataset of a log whose beginning is missing: the known part is there, and keys without a known element are named.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_log_without_its_beginning_results_in_the_known_dataset(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        var keyspace = RdbFiles.KeyspaceOf(scenario.Batches[(scenario.Batches.Count / 3)..]);
        foreach (string space in scenario.Spaces.Keys)
        {
            (byte[] file, RdbReport report) = RdbFiles.Write(keyspace, [space]);
            await using RedisConnection connection = await server.LoadAsync(file);
            Assert.Empty(await connection.DifferencesAsync(KnownState.Of(keyspace, space)));
            Assert.Equal(report.KeyCount, (await connection.AskAsync("DBSIZE")).Integer);
        }
    }
}
