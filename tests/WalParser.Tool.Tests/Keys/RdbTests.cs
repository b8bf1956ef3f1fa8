using System.Globalization;
using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Logs;
using WalParser.TestSupport.Processes;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;
using WalParser.Tool.CommandLine;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Keys;

/// <summary>The output of <c>keys --format rdb</c>.</summary>
public sealed class RdbTests
{
    private static readonly string Types = TestFiles.Committed("kvrocks/types");
    private static readonly string Namespaces = TestFiles.Committed("kvrocks/namespaces");

    public static IEnumerable<object[]> Cases => RecordedState.Cases;

    /// <summary>A server that starts with the file has the recorded state, each namespace in its database.</summary>
    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task A_server_that_starts_with_the_file_has_the_state(string state)
    {
        RecordedScenario scenario = await RecordedScenario.ReadAsync(state);
        (string Name, IReadOnlyList<KeyState> Keys)[] spaces = [.. scenario.Spaces.Select(space => (space.Key, space.Value))];
        string last = LastSequenceOf(scenario.Batches[^1]);
        string[] mapping = [.. spaces.SelectMany((space, i) => (string[])["--namespace-to-db", $"{space.Name}={i}"])];
        foreach (string database in scenario.Databases)
        {
            using var folder = new TempFolder();
            ToolRun run = await ToolRun.Of(
            [
                "keys", "--format", "rdb", "--output", folder.PathOf("dump.rdb"), "--at-sequence", last, .. mapping, database,
            ]);
            bool hasOthers = spaces.Any(space => space.Keys.Any(key => key.Type is "ReJSON-RL" or "MBbloom--" or "TDIS-TYPE" or "timeseries"));
            Assert.Equal((hasOthers ? 1 : 0, ""), (run.ExitCode, run.Output));
            Assert.Equal(hasOthers, run.Error.Contains("omitted, as RDB files do not have the type: ", StringComparison.Ordinal));
            await using RedisServer server = await RedisServer.StartAsync("--dir", folder.Path);
            for (int i = 0; i < spaces.Length; i++)
            {
                await using RedisConnection connection = await server.ConnectAsync(i);
                Assert.Empty(await connection.DifferencesAsync(spaces[i].Keys));
            }
        }
    }

    [SkippableFact]
    public async Task Standard_output_has_the_same_bytes_as_the_file()
    {
        SystemProgram.SkipIfAbsent("redis-check-rdb");
        using var folder = new TempFolder();
        string path = folder.PathOf("types.rdb");
        Assert.Equal(1, (await ToolRun.Of("keys", "--format", "rdb", "--output", path, Types)).ExitCode);
        using var output = new MemoryStream();
        using var error = new StringWriter();
        Assert.Equal(1, await WalParserCommand.RunAsync(
            ["keys", "--format", "rdb", Types], new ToolConsole(Stream.Null, output, error)));
        Assert.Equal(await File.ReadAllBytesAsync(path), output.ToArray());
        Assert.Equal(["types.rdb"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
        ChildResult check = await ChildProcess.RunAsync("redis-check-rdb", path);
        Assert.Contains("RDB looks OK", check.Output);
    }

    [Fact]
    public async Task Namespaces_without_a_database_get_one_which_is_said()
    {
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("keys", "--format", "rdb", "--output", folder.PathOf("a.rdb"), Namespaces);
        Assert.Contains(
            "namespace __namespace is database 0, namespace tenant-a is database 1, namespace tenant-b is database 2", run.Error);
        run = await ToolRun.Of(
            "keys", "--format", "rdb", "--output", folder.PathOf("b.rdb"), "--namespace-to-db", "tenant-b=1", "--namespace-to-db",
            "tenant-a=20", Namespaces);
        Assert.Contains(
            "namespace __namespace is database 0, namespace tenant-b is database 1, namespace tenant-a is database 20", run.Error);
        Assert.Contains("only if its setting databases is at least 21", run.Error);
        run = await ToolRun.Of("keys", "--format", "rdb", "--output", folder.PathOf("c.rdb"), "--namespace", "tenant-a", Namespaces);
        Assert.Contains("namespace tenant-a is database 0", run.Error);
    }

    [Theory]
    [InlineData("are for --format rdb", "--rdb-version", "10")]
    [InlineData("are for --format rdb", "--namespace-to-db", "a=1")]
    [InlineData("takes 10 to 12, not 13", "--format", "rdb", "--rdb-version", "13")]
    [InlineData("takes a namespace", "--format", "rdb", "--namespace-to-db", "a")]
    [InlineData("the name of a file is empty", "--format", "rdb", "--output", "")]
    public async Task Contradictory_options_are_refused(string message, params string[] args)
    {
        ToolRun run = await ToolRun.Of(["keys", .. args, Types]);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_terminal_is_refused()
    {
        ToolRun run = await ToolRun.OnTerminal(100, usesColour: false, "keys", "--format", "rdb", Types);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("on which a terminal can act; give --output FILE", run.Error);
    }

    [Fact]
    public async Task No_file_is_overwritten_and_none_is_left_after_a_failure()
    {
        using var folder = new TempFolder();
        string path = folder.Write("there.rdb", [1]);
        ToolRun run = await ToolRun.Of("keys", "--format", "rdb", "--output", path, Types);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("exists and is not overwritten", run.Error);
        Assert.Equal([1], await File.ReadAllBytesAsync(path));
        run = await ToolRun.Of("keys", "--format", "rdb", "--output", folder.PathOf("new.rdb"), folder.PathOf("missing"));
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("no file is written, because no log could be read", run.Error);
        run = await ToolRun.Of("keys", "--format", "rdb", "--output", folder.PathOf("missing/new.rdb"), Types);
        Assert.Equal(2, run.ExitCode);
        Assert.Equal(["there.rdb"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Keys_of_which_the_logs_have_only_a_part_are_named()
    {
        string[] logs = [.. Directory.GetFiles(TestFiles.Committed("kvrocks/rotated/db/archive"), "*.log").Order(StringComparer.Ordinal)];
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of("keys", "--format", "rdb", "--output", folder.PathOf("part.rdb"), logs[1]);
        Assert.Contains("that these logs contain only in part: the file has the part that is known: ", run.Error);
    }

    [Fact]
    public async Task Fields_that_expire_need_version_12_which_is_said()
    {
        byte[] version = BigEndian(7UL << 11);
        byte[] metadata =
        [
            0x82, .. new byte[8], .. version, .. BigEndian(1), 1, .. BigEndian(0), .. BigEndian(0), .. BigEndian(ulong.MaxValue),
        ];
        byte[] subkey = [11, .. "__namespace"u8, 0, 0, 0, 1, (byte)'h', .. version, (byte)'f'];
        byte[] log = WalBytes.Record(WalBytes.Batch(
            1,
            2,
            [0x05, 1, .. WalBytes.Put([11, .. "__namespace"u8, (byte)'h'], metadata).AsSpan(1)],
            WalBytes.Put(subkey, [.. BigEndian(4_102_444_800_000), (byte)'v'])));
        using var folder = new TempFolder();
        ToolRun run = await ToolRun.Of(log, "keys", "--format", "rdb", "--output", folder.PathOf("12.rdb"), "-");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("the file has RDB version 12, which Redis 7.4 and later load", run.Error);
        Assert.Equal("REDIS0012", await StartOfAsync(folder.PathOf("12.rdb")));
        run = await ToolRun.Of(log, "keys", "--format", "rdb", "--rdb-version", "10", "--output", folder.PathOf("10.rdb"), "-");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("1 key of type hash with fields that expire, which RDB versions before 12 do not have", run.Error);
        Assert.Equal("REDIS0010", await StartOfAsync(folder.PathOf("10.rdb")));

        static byte[] BigEndian(ulong value) => [.. BitConverter.GetBytes(value).Reverse()];

        static async Task<string> StartOfAsync(string path) => Encoding.ASCII.GetString((await File.ReadAllBytesAsync(path))[..9]);
    }

    private static string LastSequenceOf(byte[] payload)
    {
        var batch = new WriteBatch(payload);
        return (batch.Sequence + batch.Count - 1).ToString(CultureInfo.InvariantCulture);
    }
}
