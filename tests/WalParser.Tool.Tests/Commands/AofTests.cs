using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Commands;

/// <summary>The output of <c>commands --format aof</c>.</summary>
public sealed class AofTests
{
    /// <summary>The time of the first version, 2026-01-01T00:00:00Z, in seconds; the second is an hour later.</summary>
    private const long First = 1_767_225_600;
    private const long Second = First + 3600;

    private const ulong Past = 1_000_000_000_000;

    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    /// <summary>A server that starts with the file has the recorded state, and the times in the file only increase.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_server_that_starts_with_the_file_has_the_state(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        (string Name, IReadOnlyList<KeyState> Keys)[] spaces = [.. scenario.Spaces.Select(space => (space.Key, space.Value))];
        string last = new Batches.WriteBatch(scenario.Batches[^1]).Sequence.ToString(CultureInfo.InvariantCulture);
        string[] mapping = [.. spaces.SelectMany((space, i) => (string[])["--namespace-to-db", $"{space.Name}={i}"])];
        using var folder = new TempFolder();
        (int exitCode, byte[] file, string error) =
            await RunAsync([], ["--no-json", "--to-sequence", last, .. mapping, scenario.Databases[0]]);
        Assert.Equal(error.Contains("no command creates ", StringComparison.Ordinal) ? 1 : 0, exitCode);
        Assert.Equal(file.Length > 0, error.Contains("the commands after the last #TS: can be as late as this run", StringComparison.Ordinal));
        Assert.Equal(0, (await CheckAsync(folder.Write("check.aof", file))).ExitCode);
        long[] times = TimesIn(file);
        Assert.Equal(file.Length > 0, times.Length > 0);
        Assert.Equal(times.Distinct().Order(), times);
        folder.Write("appendonly.aof", file);
        await using RedisServer server = await RedisServer.StartAsync("--appendonly", "yes", "--dir", folder.Path);
        for (int i = 0; i < spaces.Length; i++)
        {
            await using RedisConnection connection = await server.ConnectAsync(i);
            Assert.Empty(await connection.DifferencesAsync(spaces[i].Keys));
        }
    }

    /// <summary>
    /// The creation of a key shows how late the batches before it can have been. What redis-check-aof keeps was written by the given time.
    /// </summary>
    [SkippableFact]
    public async Task The_file_can_be_cut_at_a_time()
    {
        byte[] log =
        [
            .. String(1, "before", 0),
            .. Set(2, "set1", First),
            .. String(4, "between", Past),
            .. Set(5, "set2", Second),
            .. String(7, "after", 0),
        ];
        (int exitCode, byte[] file, _) = await RunAsync(log, ["-"]);
        Assert.Equal(0, exitCode);
        string text = Encoding.Latin1.GetString(file);
        long[] times = TimesIn(file);
        Assert.Equal([First, Second], times[..2]);
        Assert.True(times.Length == 3 && times[2] > Second);
        Assert.Equal(
            ["#TS", "before", "#TS", "set1", "between", "#TS", "set2", "after"],
            Regex.Matches(text, "#TS|before|set1|between|set2|after").Select(match => match.Value));

        // An expiry that has passed is in its place, because no key expires while a server loads the file.
        Assert.Contains($"PXAT\r\n$13\r\n{Past}\r\n", text, StringComparison.Ordinal);
        using var folder = new TempFolder();
        foreach ((long time, string[] keys) in new (long, string[])[]
        {
            (First, ["before"]), (Second - 1, ["before"]), (Second, ["before", "set1", "between"]),
        })
        {
            string path = folder.Write("cut.aof", file);
            ChildResult cut = await CheckAsync(path, "--truncate-to-timestamp", time.ToString(CultureInfo.InvariantCulture));
            Assert.True(cut.ExitCode == 0, cut.Output);
            string rest = Encoding.Latin1.GetString(await File.ReadAllBytesAsync(path));
            Assert.Equal(keys, Regex.Matches(rest, "before|set1|between|set2|after").Select(match => match.Value));
        }
    }

    [Fact]
    public async Task A_terminal_and_Kvrocks_are_refused()
    {
        string types = TestFiles.Committed("kvrocks/types");
        ToolRun run = await ToolRun.OnTerminal(100, usesColour: false, "commands", "--format", "aof", types);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("aof contains the bytes of keys and values as they are", run.Error);
        run = await ToolRun.Of("commands", "--format", "aof", "--target", "kvrocks", types);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("Kvrocks loads no append-only files", run.Error);
    }

    private static long[] TimesIn(byte[] file) =>
    [
        .. Regex.Matches(Encoding.Latin1.GetString(file), "(?:^|\n)#TS:([0-9]+)\r\n")
            .Select(match => long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)),
    ];

    private static Task<ChildResult> CheckAsync(string path, params string[] options)
    {
        SystemProgram.SkipIfAbsent("redis-check-aof");
        return ChildProcess.RunAsync("redis-check-aof", [.. options, path]);
    }

    private static async Task<(int ExitCode, byte[] Output, string Error)> RunAsync(byte[] input, string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        int exitCode = await WalParserCommand.RunAsync(
            ["commands", "--format", "aof", .. args], new ToolConsole(new MemoryStream(input), output, error));
        return (exitCode, output.ToArray(), error.ToString());
    }

    private static byte[] String(ulong sequence, string key, ulong expiry) => Record(
        sequence, 1, Metadata(key, [0x81, .. BigEndian(expiry), (byte)'v']));

    private static byte[] Set(ulong sequence, string key, long seconds)
    {
        byte[] version = BigEndian((ulong)seconds * 1_000_000 << 11);
        byte[] subkey = [11, .. "__namespace"u8, 0, 0, 0, (byte)key.Length, .. Encoding.ASCII.GetBytes(key), .. version, (byte)'m'];
        return Record(
            sequence, 2, WalBytes.Put(subkey, []), Metadata(key, [0x84, .. new byte[8], .. version, .. BigEndian(1)]));
    }

    private static byte[] Metadata(string key, byte[] value) =>
        [0x05, 1, .. WalBytes.Put([11, .. "__namespace"u8, .. Encoding.ASCII.GetBytes(key)], value).AsSpan(1)];

    private static byte[] Record(ulong sequence, uint count, params byte[][] operations) =>
        WalBytes.Record(WalBytes.Batch(sequence, count, operations));

    private static byte[] BigEndian(ulong value) => [.. BitConverter.GetBytes(value).Reverse()];
}
