using System.Buffers;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using Xunit.Abstractions;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>The logs of real servers, as commands in a real redis-server: what that has then is what the Kvrocks server said it had.</summary>
public sealed class ScenarioTests(RedisServer server, ITestOutputHelper output) : IClassFixture<RedisServer>
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_server_has_the_state_after_loading(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        int database = 0;
        foreach ((string space, IReadOnlyList<KeyState> expected) in scenario.Spaces)
        {
            await using RedisConnection connection = await server.ConnectEmptyAsync(++database);
            var converter = new CommandConverter(Replay.Plain(space));
            List<RedisCommand> commands = converter.Convert(scenario.Batches);
            Assert.Empty(await connection.LoadAsync(commands));
            Assert.Empty(await connection.DifferencesAsync(expected));
            int lines = WorkloadOf(state, space);
            output.WriteLine($"{state} {space}: {commands.Count} commands for {lines} of the workload, {(double)commands.Count / Math.Max(lines, 1):0.00}; {string.Join(", ", converter.Notes.Select(note => $"{note.Kind} {note.Subject} {note.Count}"))}");
        }
    }

    /// <summary>Each database to its own end, which in a replica may be another than the master's.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_load_that_was_interrupted_goes_on_where_it_stopped(string state)
    {
        RedisServer.SkipIfAbsent();
        foreach (string folder in RecordedState.DatabasesOf(state))
        {
            List<byte[]> batches = await RecordedLogs.ReadAsync(folder);
            await using RedisConnection connection = await server.ConnectAsync(database: 20);
            foreach (string space in StateFile.Read(TestFiles.PathOf(state)).Keys)
            {
                await connection.AskAsync("FLUSHDB");
                int[] stops = [0, batches.Count / 3, batches.Count / 2, batches.Count - 1, batches.Count];
                for (int i = 1; i < stops.Length; i++)
                {
                    var converter = new CommandConverter(Replay.Plain(space));
                    foreach (byte[] payload in batches[..stops[i - 1]])
                    {
                        var batch = new WriteBatch(payload);
                        converter.Skip(ref batch);
                    }

                    Assert.Empty(await connection.LoadAsync(converter.Convert(batches[stops[i - 1]..stops[i]])));
                    Assert.Empty(await connection.DifferencesAsync(KnownState.Of(converter.Keyspace, space)));
                }
            }
        }
    }

    /// <summary>A server that knows no JSON refuses that, and nothing with it.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Only_JSON_is_refused_if_it_is_not_left_out(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        await using RedisConnection connection = await server.ConnectAsync(database: 22);
        foreach ((string space, IReadOnlyList<KeyState> expected) in scenario.Spaces)
        {
            await connection.AskAsync("FLUSHDB");
            List<RedisCommand> commands = new CommandConverter(Replay.Plain(space) with { WithJson = true }).Convert(scenario.Batches);
            List<string> refused = await connection.LoadAsync(commands);
            Assert.Equal(commands.Count(command => command.Name == "JSON.SET"), refused.Count);
            Assert.All(refused, one => Assert.StartsWith("JSON.SET ", one, StringComparison.Ordinal));
            Assert.Empty(await connection.DifferencesAsync(expected));
        }
    }

    /// <summary>
    /// A log from whose middle batches are missing. Streams are left out of what is compared: a trim behind the gap takes with it what was deleted in
    /// the gap, which the keyspace does not know.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Behind_a_gap_nothing_is_refused(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        await using RedisConnection connection = await server.ConnectAsync(database: 23);
        foreach (string space in scenario.Spaces.Keys)
        {
            await connection.AskAsync("FLUSHDB");
            var converter = new CommandConverter(Replay.Plain(space));
            Assert.Empty(await connection.LoadAsync(converter.Convert([.. scenario.Batches[..(scenario.Batches.Count / 3)], .. scenario.Batches[(scenario.Batches.Count / 2)..]])));
            Assert.Contains(converter.Notes, note => note is { Kind: ConversionNoteKind.Gap, Count: 1 });
            IReadOnlyList<KeyState> actual = await RedisState.ReadAsync(connection);
            Assert.Empty(StateComparison.Of(
                [.. KnownState.Of(converter.Keyspace, space).Where(key => key.Type != "stream")],
                [.. actual.Where(key => key.Type != "stream")],
                DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
        }
    }

    /// <summary>As an append-only file: the server reads it as it starts, and does not start if it cannot.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_server_that_starts_from_the_commands_has_the_state(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("walparser-aof-");
        try
        {
            (string space, IReadOnlyList<KeyState> expected) = scenario.Spaces.First();
            var file = new ArrayBufferWriter<byte>();
            foreach (RedisCommand command in new CommandConverter(Replay.Plain(space)).Convert(scenario.Batches))
            {
                RespWriter.WriteCommand(file, command.Arguments.Span);
            }

            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "appendonly.aof"), file.WrittenMemory);
            await using RedisServer started = await RedisServer.StartAsync("--appendonly", "yes", "--dir", folder.FullName);
            await using RedisConnection connection = await started.ConnectAsync();
            Assert.Empty(await connection.DifferencesAsync(expected));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A log whose beginning is gone: what is known is made, and nothing is refused.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_log_that_starts_in_mid_life_gives_what_is_known(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        await using RedisConnection connection = await server.ConnectAsync(database: 21);
        foreach (string space in scenario.Spaces.Keys)
        {
            foreach (int part in (int[])[1, 3])
            {
                await connection.AskAsync("FLUSHDB");
                var converter = new CommandConverter(Replay.Plain(space));
                Assert.Empty(await connection.LoadAsync(converter.Convert(scenario.Batches[(scenario.Batches.Count * part / 4)..])));
                Assert.Empty(await connection.DifferencesAsync(KnownState.Of(converter.Keyspace, space)));
            }
        }
    }

    private static int WorkloadOf(string state, string space)
    {
        string folder = Path.GetDirectoryName(TestFiles.PathOf(state))!;
        string own = Path.Combine(folder, $"workload-{space}.jsonl");
        return Directory.EnumerateFiles(folder, File.Exists(own) ? Path.GetFileName(own) : "workload*.jsonl").Sum(file => File.ReadLines(file).Count());
    }
}
