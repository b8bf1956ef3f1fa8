using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands;
using WalParser.Kvrocks.Tests.Replay;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Truth;

/// <summary>Compares the logs of a killed server with what it answered.</summary>
/// <param name="program">The path of the server.</param>
/// <param name="settings">Its settings.</param>
/// <param name="database">The folder with its logs.</param>
/// <param name="answers">What it answered, by namespace and key.</param>
internal sealed class RoundComparison(
    string program, string[] settings, string database, IReadOnlyDictionary<string, Dictionary<StateBytes, Answer>> answers)
{
    private List<byte[]> _batches = [];

    /// <summary>Returns the differences of all comparisons. A comparison that fails is a difference.</summary>
    public async Task<List<string>> FindAsync()
    {
        _batches = await RecordedLogs.ReadAsync(database);
        (string Name, Func<Task<IEnumerable<string>>> Compare)[] comparisons =
        [
            ("keys", () => Task.FromResult(KeyspaceComparison.DifferencesOf(_batches, answers))),
            ("commands into redis-server", CompareRedisAsync),
            ("raw replay", () => CompareReplayAsync(new ReplayOptions { IsRaw = true }, answers.Keys)),
            ("Kvrocks dialect", () => CompareReplayAsync(Dialect, [RecordedState.DefaultNamespace])),
        ];
        List<string> differences = [];
        foreach ((string name, Func<Task<IEnumerable<string>>> compare) in comparisons)
        {
            try
            {
                differences.AddRange((await compare()).Select(difference => $"{name}: {difference}"));
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                differences.Add($"{name}: {exception.GetType().Name}: {exception.Message}");
            }
        }

        return differences;
    }

    private static ReplayOptions Dialect => new()
    {
        Commands = Tests.Commands.Replay.Plain() with { Target = CommandTarget.Kvrocks, WithJson = true },
        KeepGoing = true,
    };

    private async Task<IEnumerable<string>> CompareRedisAsync()
    {
        await using RedisServer redis = await RedisServer.StartAsync();
        List<string> differences = [];
        foreach ((string ns, Dictionary<StateBytes, Answer> keys) in answers)
        {
            await using RedisConnection connection = await redis.ConnectEmptyAsync(database: 1);
            await connection.AskAsync("CONFIG", "SET", "zset-max-listpack-entries", "0");
            differences.AddRange(await connection.LoadAsync(new CommandConverter(Tests.Commands.Replay.Plain(ns)).Convert(_batches)));

            // A sorted set whose version came back can answer with a member twice, which Redis cannot.
            KeyState[] expected = [.. keys.Values.Select(answer => answer.State)];
            StateBytes[] twice = [.. expected.Where(key => key.Pairs?.DistinctBy(pair => pair.Name).Count() < key.Pairs?.Count)
                .Select(key => key.Key)];
            differences.AddRange(StateComparison.Of(
                [.. expected.Where(key => !twice.Contains(key.Key))],
                [.. (await RedisState.ReadAsync(connection)).Where(key => !twice.Contains(key.Key))],
                DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
        }

        return differences;
    }

    private async Task<IEnumerable<string>> CompareReplayAsync(ReplayOptions options, IEnumerable<string> namespaces)
    {
        using var folder = new TempFolder();
        await using TruthServer server = await TruthServer.StartAsync(program, folder.Path, settings);
        foreach (string ns in namespaces.Where(ns => ns != RecordedState.DefaultNamespace))
        {
            await server.AddNamespaceAsync(ns);
        }

        (ReplayResult result, IReadOnlyList<ConversionNote> notes) = await Replays.RunWithNotesAsync(server.Endpoint(), options, _batches);
        Dictionary<string, long> unconverted =
            notes.Where(note => note.Kind == ConversionNoteKind.NoCommand).ToDictionary(note => note.Subject, note => note.Count);
        List<string> differences =
            [.. result.Refusals.Select(refusal => $"refused: {refusal.Message}: {Start($"{refusal.Command}")}")];
        foreach (string ns in namespaces)
        {
            await using RedisConnection connection = await server.ConnectAsync(ns == RecordedState.DefaultNamespace ? null : ns);
            Dictionary<StateBytes, Answer> actual = await Answers.ReadAsync(connection);
            foreach ((StateBytes name, Answer answer) in answers[ns])
            {
                actual.Remove(name, out Answer? other);
                string expected = Line(ns, answer, options.IsRaw);
                string found = other is null ? "missing" : Line(ns, other, options.IsRaw);
                if (other is null && unconverted.TryGetValue(answer.State.Type, out long count) && count > 0)
                {
                    // A note says that no command creates it.
                    unconverted[answer.State.Type] = count - 1;
                }
                else if (expected != found)
                {
                    differences.Add($"{name}\n  replay {found}\n  server {expected}");
                }
            }

            differences.AddRange(unconverted.Where(type => type.Value > 0).Select(type => $"the notes count {type.Value} {type.Key} too many"));
            differences.AddRange(actual.Select(key => $"only the replay has {Line(ns, key.Value, options.IsRaw)}"));
        }

        return differences;
    }

    private static string Start(string text) => text.Length <= 300 ? text : text[..300] + "…";

    /// <summary>A replay of commands may leave another form of the same data, to which only a raw replay is bound.</summary>
    private static string Line(string ns, Answer answer, bool isRaw) =>
        $"{AnswerLines.Of(ns, answer.State)} {SketchValues.Shown(answer.Values)} {(isRaw ? string.Join(' ', answer.More) : "")}";
}
