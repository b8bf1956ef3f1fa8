using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>
/// Rounds of the comparison with a server. In a round, the server starts on an empty folder and executes random commands, its keys are
/// read, and it is killed. Then the logs in the folder are compared with what it answered.
/// </summary>
/// <param name="program">The path of the server.</param>
/// <param name="keep">The folder for the logs, the commands and the differences of a round with differences; null to keep nothing.</param>
internal sealed class Session(string program, string? keep)
{
    /// <summary>A namespace, which has its own name as its token.</summary>
    private const string Tenant = "tenant";

    /// <summary>The counts and the differences of the rounds.</summary>
    public Tally Tally { get; } = new();

    /// <summary>Runs a round.</summary>
    /// <param name="seed">The seed of all random choices.</param>
    /// <param name="commands">The number of commands.</param>
    public async Task RunAsync(int seed, int commands)
    {
        try
        {
            await RunRoundAsync(seed, commands);
        }
        catch (Exception exception) when (exception is RedisException or InvalidDataException or InvalidOperationException)
        {
            // The server has ended, or gave an answer that cannot be read.
            Tally.Add(seed, [$"the round failed: {exception.Message}"]);
        }
    }

    private async Task RunRoundAsync(int seed, int commands)
    {
        var random = new Random(seed);
        string[] settings = [$"json-storage-format {(random.Next(2) == 0 ? "json" : "cbor")}"];
        using var folder = new TempFolder();
        List<string> lines = [];
        Dictionary<string, Dictionary<StateBytes, Answer>> answers = [];
        await using (TruthServer server = await TruthServer.StartAsync(program, folder.Path, settings))
        {
            string[] driven = await ChooseAsync(server);
            await server.AddNamespaceAsync(Tenant);
            foreach (string? ns in server.IsKvrocks ? (string?[])[null, Tenant] : [null])
            {
                await using RedisConnection connection = await server.ConnectAsync(ns);
                var workload = new Workload(connection, driven, random);
                await workload.RunAsync(RandomHistory.Of([.. Enumerable.Range(0, 30).Select(_ => random.Next())]).Commands);
                await workload.RunAsync(ns is null ? commands : commands / 4);
                lines.AddRange(workload.Lines.Select(line => ns is null ? line : $"{ns} {line}"));
                Tally.Accepted.UnionWith(workload.Accepted);
            }

            foreach (string? ns in server.IsKvrocks ? (string?[])[null, Tenant] : [null])
            {
                await using RedisConnection connection = await server.ConnectAsync(ns);
                answers[ns ?? RecordedState.DefaultNamespace] = await Answers.ReadAsync(connection);
            }

            Tally.Count(lines.Count, answers.Values.Sum(keys => keys.Count));
            if (!server.IsKvrocks)
            {
                return;
            }

            await server.DisposeAsync();
            List<string> differences = await new RoundComparison(program, settings, server.Database, answers).FindAsync();
            if (differences.Count > 0)
            {
                Tally.Add(seed, differences);
                Keep(seed, server.Database, lines, differences);
            }
        }
    }

    private async Task<string[]> ChooseAsync(TruthServer server)
    {
        await using RedisConnection connection = await server.ConnectAsync();
        RespValue[] commands = (await connection.AskAsync("COMMAND")).Items.ToArray();
        (string[] driven, string[] notDriven) = WriteCommands.Choose(commands.Select(command => (
            command.Items.Span[0].Text.ToLowerInvariant(),
            command.Items.Span[2].Items.ToArray().Any(flag => flag.Text == "write"))));
        Tally.Driven.UnionWith(driven);
        Tally.NotDriven.UnionWith(notDriven);
        return driven;
    }

    private void Keep(int seed, string database, List<string> lines, List<string> differences)
    {
        if (keep is null)
        {
            return;
        }

        string target = Path.Combine(keep, $"seed-{seed}");
        foreach (string path in Directory.EnumerateFiles(database, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(target, "db", Path.GetRelativePath(database, path));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(path, copy, overwrite: true);
        }

        File.WriteAllLines(Path.Combine(target, "commands.txt"), lines);
        File.WriteAllLines(Path.Combine(target, "differences.txt"), differences);
    }
}
