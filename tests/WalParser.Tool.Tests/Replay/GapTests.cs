using System.Globalization;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Replay;

/// <summary>
/// Logs in which damage has taken records away. The log without the damage, and the state that the server of the log had, show what a replay
/// must bring in the end.
/// </summary>
public sealed class GapTests(RedisServer server) : IClassFixture<RedisServer>
{
    /// <summary>The exit code of a replay that omits the Bloom filters of <see cref="Types"/>, which no command creates.</summary>
    private const int WithoutBloom = 1;

    private static readonly string Types = TestFiles.Committed("kvrocks/types");
    private static readonly string LogNumber = TestFiles.Committed("reports/log-number-kvrocks/db");

    /// <summary>The places of the damage, in thousandths of the log.</summary>
    public static TheoryData<int> Places => [100, 300, 450, 600, 750];

    [SkippableTheory]
    [MemberData(nameof(Places))]
    public async Task A_replay_stops_before_a_gap_and_continues_with_mended_logs(int place)
    {
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 1);
        using var folder = new TempFolder();
        string damaged = Damaged(folder, place);
        ToolRun stopped = await ReplayAsync(damaged, 1);
        Assert.Equal(1, stopped.ExitCode);
        Assert.Matches(@"stopped: sequence numbers? \d+( to \d+)? (is|are) missing in these logs\. [\d,]+ batch(es)? from there on", stopped.Error);
        Assert.Contains("next: walparser salvage", stopped.Error);
        ulong last = LastOf(stopped);
        string checkpoint = (await connection.AskAsync("GET", "at")).Text;
        Assert.StartsWith($"{last} database=", checkpoint);
        Assert.Contains($" missing={last + 1}-", checkpoint);

        // Expiries that have passed since are deletions, which a second replay sends again.
        ToolRun again = await ReplayAsync(damaged, 1);
        Assert.Equal(1, again.ExitCode);
        Assert.Matches($@"^sent (nothing|\d+ commands? for no batch)\nlast applied sequence {last}\n$", again.Output);
        Assert.Contains("stopped: sequence number", again.Error);
        Assert.Equal(checkpoint, (await connection.AskAsync("GET", "at")).Text);

        ToolRun mended = await ReplayAsync(Path.Combine(Types, "db"), 1);
        Assert.Equal(WithoutBloom, mended.ExitCode);
        Assert.DoesNotContain("missing=", (await connection.AskAsync("GET", "at")).Text);
        await AssertStateAsync(connection);
    }

    [SkippableTheory]
    [MemberData(nameof(Places))]
    public async Task What_follows_a_gap_is_sent_on_request_and_mended_logs_bring_the_rest(int place)
    {
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 2);
        using var folder = new TempFolder();
        string damaged = Damaged(folder, place);
        ulong before = LastOf(await ReplayAsync(damaged, 2));
        ToolRun passed = await ReplayAsync(damaged, 2, "--past-gaps", "--keep-going", "--refused", folder.PathOf("refused"));
        Assert.Equal((1, before), (passed.ExitCode, LastOf(passed)));
        Assert.Contains("what follows is sent nevertheless (--past-gaps)", passed.Error);
        Assert.Contains("the last applied sequence number stays before the first gap", passed.Error);
        Assert.Matches($@"^{before} applied=\d+ database=.* missing={before + 1}-", (await connection.AskAsync("GET", "at")).Text);

        // The gap has not become smaller, so that nothing is sent, not even to heal.
        ToolRun again = await ReplayAsync(damaged, 2);
        Assert.Equal((1, $"sent nothing\nlast applied sequence {before}\n"), (again.ExitCode, again.Output));

        ToolRun mended = await ReplayAsync(Path.Combine(Types, "db"), 2);
        Assert.Equal(WithoutBloom, mended.ExitCode);
        Assert.Contains("to the state at sequence number", mended.Output);
        await AssertStateAsync(connection);
    }

    /// <summary>Salvaged logs have no damage any more. That numbers are missing is only a note there, unless a checkpoint knows better.</summary>
    [SkippableFact]
    public async Task Logs_that_a_salvage_wrote_have_the_gap_of_the_checkpoint()
    {
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 3);
        using var folder = new TempFolder();
        string damaged = Damaged(folder, 600);
        ulong before = LastOf(await ReplayAsync(damaged, 3));
        string salvaged = folder.PathOf("salvaged");
        await ToolRun.Of("salvage", damaged, "--output", salvaged);

        ToolRun stopped = await ReplayAsync(salvaged, 3);
        Assert.Equal((1, before), (stopped.ExitCode, LastOf(stopped)));
        Assert.Contains("stopped: sequence number", stopped.Error);
        ToolRun passed = await ReplayAsync(salvaged, 3, "--past-gaps", "--keep-going", "--refused", folder.PathOf("refused"));
        Assert.Equal((1, before), (passed.ExitCode, LastOf(passed)));
        ToolRun compared = await ToolRun.Of(
            "compare", salvaged, "--with", Uri(3), "--checkpoint", "at", "--allow-uncompared", "--format", "jsonl");
        Assert.Equal(0, compared.OfKind("compared")[0].GetProperty("missing").GetInt32());
    }

    [SkippableFact]
    public async Task What_a_salvage_brings_back_is_replayed()
    {
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 4);
        using var folder = new TempFolder();
        string salvaged = folder.PathOf("salvaged");
        ToolRun stopped = await ReplayAsync(LogNumber, 4);
        Assert.Equal(1, stopped.ExitCode);
        Assert.Equal(1, (await ToolRun.Of("salvage", LogNumber, "--output", salvaged)).ExitCode);
        ToolRun mended = await ReplayAsync(salvaged, 4);
        Assert.Equal(0, mended.ExitCode);
        Assert.True(LastOf(mended) > LastOf(stopped));
        Assert.Equal(0, (await ToolRun.Of("compare", salvaged, "--with", Uri(4), "--checkpoint", "at", "--allow-uncompared")).ExitCode);
    }

    private static string Damaged(TempFolder folder, int place)
    {
        string database = folder.PathOf("db");
        Directory.CreateDirectory(database);
        foreach (string file in Directory.GetFiles(Path.Combine(Types, "db")))
        {
            File.Copy(file, Path.Combine(database, Path.GetFileName(file)));
        }

        string log = Path.Combine(database, "000010.log");
        byte[] bytes = File.ReadAllBytes(log);
        bytes[(long)bytes.Length * place / 1000] ^= 0x10;
        File.WriteAllBytes(log, bytes);
        return database;
    }

    private Task<ToolRun> ReplayAsync(string path, int database, params string[] options) =>
        ToolRun.Of(["replay", path, "--to", Uri(database), "--no-json", "--checkpoint", "at", .. options]);

    private string Uri(int database) => server.Endpoint(database).ToString();

    private static ulong LastOf(ToolRun run) =>
        ulong.Parse(run.OutputLines[^1]["last applied sequence ".Length..], CultureInfo.InvariantCulture);

    private static async Task AssertStateAsync(RedisConnection connection)
    {
        List<KeyState> actual = [.. (await RedisState.ReadAsync(connection)).Where(key => key.Key != StateBytes.Of("at"))];
        IReadOnlyList<KeyState> expected = StateFile.Read(Path.Combine(Types, "state.json"))["__namespace"];
        Assert.Empty(StateComparison.Of(expected, actual, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences);
    }
}
