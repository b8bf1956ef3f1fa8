using System.Buffers;
using WalParser.Batches;
using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using Xunit.Abstractions;

namespace WalParser.Kvrocks.Tests.Commands;

/// <summary>
/// Converts the recorded logs of Kvrocks servers and loads the commands into a redis-server. Its dataset is then the recorded state of the
/// Kvrocks server.
/// </summary>
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
            double ratio = (double)commands.Count / Math.Max(lines, 1);
            string notes = string.Join(", ", converter.Notes.Select(note => $"{note.Kind} {note.Subject} {note.Count}"));
            output.WriteLine($"{state} {space}: {commands.Count} commands for {lines} of the workload, {ratio:0.00}; {notes}");
        }
    }

    /// <summary>Loads each database to its own end. The end of a replica may differ from that of the master.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task An_interrupted_load_continues_where_it_stopped(string state)
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

    /// <summary>A server without JSON support refuses the JSON commands and nothing else.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Only_JSON_commands_are_refused_by_a_server_without_JSON_support(string state)
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
    /// Loads a log in which batches in the middle are missing. The comparison leaves out streams: a trim after the gap also removes entries
    /// that were deleted in the gap, which the keyspace does not know.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task No_command_is_refused_after_a_gap(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        await using RedisConnection connection = await server.ConnectAsync(database: 23);
        foreach (string space in scenario.Spaces.Keys)
        {
            await connection.AskAsync("FLUSHDB");
            var converter = new CommandConverter(Replay.Plain(space));
            byte[][] batches = [.. scenario.Batches[..(scenario.Batches.Count / 3)], .. scenario.Batches[(scenario.Batches.Count / 2)..]];
            Assert.Empty(await connection.LoadAsync(converter.Convert(batches)));
            Assert.Contains(converter.Notes, note => note is { Kind: ConversionNoteKind.Gap, Count: 1 });
            IReadOnlyList<KeyState> actual = await RedisState.ReadAsync(connection);
            Assert.Empty(StateComparison.Of(
                [.. KnownState.Of(converter.Keyspace, space).Where(key => key.Type != "stream")],
                [.. actual.Where(key => key.Type != "stream")],
                DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
        }
    }

    /// <summary>
    /// Loads the commands as an append-only file. The server reads the file when it starts, and does not start if it fails.
    /// </summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_server_that_starts_with_the_commands_as_append_only_file_has_the_state(string state)
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

    /// <summary>Loads a log whose beginning is missing. The known part of the dataset is written, and no command is refused.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_log_without_its_beginning_results_in_the_known_dataset(string state)
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
        return Directory.EnumerateFiles(folder, File.Exists(own) ? Path.GetFileName(own) : "workload*.jsonl")
            .Sum(file => File.ReadLines(file).Count());
    }
}
