using System.Globalization;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Processes;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Tool.Tests.Commands;

/// <summary>
/// The output of <c>commands --format resp</c>, sent through <c>redis-cli --pipe</c> to a real server, gives in each database the state of
/// a namespace of the Kvrocks server.
/// </summary>
public sealed class PipeTests(RedisServer server) : IClassFixture<RedisServer>
{
    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Every_namespace_is_restored_in_its_database(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        (string Name, IReadOnlyList<KeyState> Keys)[] spaces = [.. scenario.Spaces.Select(space => (space.Key, space.Value))];
        ulong last = new Batches.WriteBatch(scenario.Batches[^1]).Sequence;
        foreach (string database in scenario.Databases)
        {
            await using RedisConnection connection = await server.ConnectAsync();
            await connection.AskAsync("FLUSHALL");
            using var output = new MemoryStream();
            using var error = new StringWriter();
            string[] mapping = [.. spaces.SelectMany((space, i) => (string[])["--namespace-to-db", $"{space.Name}={i}"])];
            int exitCode = await Tool.CommandLine.WalParserCommand.RunAsync(
                [
                    "commands", "--format", "resp", "--no-json", "--to-sequence", last.ToString(CultureInfo.InvariantCulture), .. mapping,
                    database,
                ],
                new Tool.Output.ToolConsole(Stream.Null, output, error));
            Assert.Equal(error.ToString().Contains("no command creates ", StringComparison.Ordinal) ? 1 : 0, exitCode);
            Assert.Contains("errors: 0,", await PipeAsync(output.ToArray()));
            for (int i = 0; i < spaces.Length; i++)
            {
                await connection.AskAsync("SELECT", i.ToString(CultureInfo.InvariantCulture));
                Assert.Empty(await connection.DifferencesAsync(spaces[i].Keys));
            }
        }
    }

    private async Task<string> PipeAsync(byte[] commands)
    {
        SystemProgram.SkipIfAbsent("redis-cli");
        using ChildProcess process = ChildProcess.Start("redis-cli", "-p", server.Port.ToString(CultureInfo.InvariantCulture), "--pipe");
        return (await process.EndAsync(commands)).Output;
    }
}
