using System.Globalization;
using System.Text;
using WalParser.Batches;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>Replays of which the server refuses a part, and which the same replay completes when the cause is mended.</summary>
public sealed class KeyRightsTests
{
    private static readonly string Types = TestFiles.Committed("kvrocks/types");

    /// <summary>A user may only write some keys. Each refused command is about another key, and all of them are named.</summary>
    [SkippableTheory]
    [InlineData(1, false)]
    [InlineData(8, false)]
    [InlineData(4096, false)]
    [InlineData(1, true)]
    [InlineData(4096, true)]
    public async Task The_keys_that_the_user_may_not_write_are_named_and_brought_when_he_may(int window, bool keepsGoing)
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer server = await RedisServer.StartAsync("--user", "bob", "on", ">pw", "+@all", "~list:*", "~walparser:*");
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        List<ReplayRefusal> refused = [];
        ReplayOptions options = Replays.Plain() with
        {
            CheckpointKey = Replays.CheckpointKey,
            Window = window,
            KeepGoing = keepsGoing,
            Refused = refused.Add,
        };
        RedisEndpoint endpoint = RedisEndpoint.Parse($"redis://bob:pw@127.0.0.1:{server.Port}");
        ReplayResult result = await Replays.RunAsync(endpoint, options, batches);
        ReplayRefusal[] named = [.. refused.Where(refusal => refusal is { IsConsequence: false, IsFrame: false })];
        Assert.NotEmpty(named);
        Assert.All(named, refusal => Assert.StartsWith("NOPERM", refusal.Message, StringComparison.Ordinal));
        Assert.All(named, refusal => Assert.Contains(
            refusal.Command.Arguments.ToArray()[1..],
            key => !Encoding.UTF8.GetString(key.Span).StartsWith("list:", StringComparison.Ordinal)));
        Assert.Equal(named[0].Command.Sequence - 1, result.LastSequence);
        await using RedisConnection admin = await server.ConnectAsync();
        if (keepsGoing)
        {
            Assert.True((await admin.AskAsync("EXISTS", "list:a")).Integer == 1);
            Assert.True(named.Length > 100, $"{named.Length} refusals");
        }

        // Without a mend, the same replay is refused again.
        Assert.True((await Replays.RunAsync(endpoint, options, batches)).RefusalCount > 0);
        await admin.AskAsync("ACL", "SETUSER", "bob", "~*");
        ReplayResult mended = await Replays.RunAsync(endpoint, options, batches);
        Assert.Equal((0L, 0L), (mended.RefusalCount, mended.UnconfirmedCount));
        await AssertCompleteAsync(admin, batches);
    }

    /// <summary>The server can no longer save its data in the middle of a replay.</summary>
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(4096)]
    public async Task A_replay_that_MISCONF_stopped_is_completed(int window)
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer server = await FailedSave.StartServerAsync();
        await using RedisConnection admin = await server.ConnectAsync();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        ReplayOptions options = Replays.Plain() with { CheckpointKey = Replays.CheckpointKey, Window = window };
        int half = batches.Count / 2;
        await using (Replayer replayer = await Replayer.ConnectAsync(server.Endpoint(), options))
        {
            foreach (byte[] payload in batches[..half])
            {
                Assert.True(await replayer.ReplayAsync(new WriteBatch(payload)));
            }

            await FailedSave.CauseAsync(admin);
            foreach (byte[] payload in batches[half..])
            {
                if (!await replayer.ReplayAsync(new WriteBatch(payload)))
                {
                    break;
                }
            }

            ReplayResult result = await replayer.StopAsync();
            Assert.StartsWith("MISCONF", result.Refusals[0].Message, StringComparison.Ordinal);
            Assert.Equal(result.Refusals[0].Command.Sequence - 1, result.LastSequence);
            Assert.True(result.LastSequence < BatchNumbers.LastSequence(batches));
        }

        await admin.AskAsync("CONFIG", "SET", "stop-writes-on-bgsave-error", "no");
        Assert.Equal(0, (await Replays.RunAsync(server.Endpoint(), options, batches)).RefusalCount);
        await AssertCompleteAsync(admin, batches);
    }

    /// <summary>What was under way when a command was refused can be refused, too.</summary>
    [SkippableFact]
    public async Task Refusals_of_what_was_under_way_are_counted()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisConnection connection = await server.ConnectAsync();
        List<ReplayRefusal> refused = [];
        ReplayOptions options = Replays.Plain() with { Refused = refused.Add };
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        ReplayResult none = await RunAsync("list:a");
        Assert.NotNull(none.UnderWayFrom);
        Assert.Equal(CountIn(none), none.UnderWayRefusalCount);

        // How much is under way when the first refusal arrives is a matter of time.
        ReplayResult several = none;
        for (int i = 0; i < 50 && several.UnderWayRefusalCount <= none.UnderWayRefusalCount; i++)
        {
            several = await RunAsync("list:a", "hash:a", "set:a", "zset:a", "stream:a");
            Assert.Equal(CountIn(several), several.UnderWayRefusalCount);
        }

        Assert.True(several.UnderWayRefusalCount > none.UnderWayRefusalCount);

        async Task<ReplayResult> RunAsync(params string[] inTheWay)
        {
            refused.Clear();
            await connection.AskAsync("FLUSHALL");
            foreach (string key in inTheWay)
            {
                await connection.AskAsync("SET", key, "in the way");
            }

            return await Replays.RunAsync(server.Endpoint(), options, batches);
        }

        long CountIn(ReplayResult result) => refused.LongCount(refusal =>
            !refusal.IsConsequence && refusal.Command.Sequence >= result.UnderWayFrom && refusal.Command.Sequence <= result.UnderWayTo);
    }

    /// <summary>A key that the logs do not show is not passed over in silence.</summary>
    [SkippableFact]
    public async Task A_named_key_that_is_not_in_the_logs_cannot_be_confirmed()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer server = await RedisServer.StartAsync();
        await using RedisConnection connection = await server.ConnectAsync();
        await connection.AskAsync("SET", "other", "stays");
        List<ReplayRefusal> refused = [];
        ReplayOptions options = Replays.Plain() with
        {
            Only = [new RefusedKey(5, "__namespace"u8.ToArray(), "other"u8.ToArray())],
            Refused = refused.Add,
        };
        ReplayResult result = await Replays.RunAsync(server.Endpoint(), options, await RecordedLogs.ReadAsync(Types));
        Assert.Equal((0L, 0L, 1L), (result.RefusalCount, result.HealedCount, result.UnconfirmedCount));
        Assert.Equal("these logs do not contain the key", Assert.Single(refused).Message);
        Assert.Equal("stays", (await connection.AskAsync("GET", "other")).Text);
    }

    /// <summary>The words of a server are bounded, also in the list of what it refused.</summary>
    [Fact]
    public void A_very_long_error_is_shortened()
    {
        string words = "ERR " + new string('A', 60_000);
        string shown = RespValue.OfBytes(RespKind.Error, Encoding.UTF8.GetBytes(words)).Words;
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"{words[..500]}... ({words.Length} characters)"), shown);
        Assert.Equal(shown, ExpectedReply.FaultOfQueued(RespValue.OfBytes(RespKind.Error, Encoding.UTF8.GetBytes(words))));
    }

    private static async Task AssertCompleteAsync(RedisConnection connection, List<byte[]> batches)
    {
        await Replays.AssertCheckpointAsync(connection, BatchNumbers.LastSequence(batches));
        await connection.AskAsync("DEL", Replays.CheckpointName);
        Assert.Empty(await connection.DifferencesAsync(StateFile.Read(Path.Combine(Types, "state.json")).Values.Single()));
    }
}
