using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>Replays with commands that the server refuses.</summary>
public sealed class RefusalTests(RedisServer server) : IClassFixture<RedisServer>
{
    private static readonly string Types = TestFiles.Committed("kvrocks/types");

    [SkippableFact]
    public async Task A_replay_stops_at_the_first_refused_command()
    {
        RedisServer.SkipIfAbsent();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        (RedisConnection connection, RedisCommand refused) = await PrepareAsync(batches);
        await using (connection)
        {
            ReplayResult result = await Replays.RunAsync(server.Endpoint(5), Replays.Plain() with { Window = 1 }, batches);
            ReplayRefusal refusal = Assert.Single(result.Refusals);
            Assert.Equal(refused.ToString(), refusal.Command.ToString());
            Assert.Equal(refused.Sequence, refusal.Command.Sequence);
            Assert.StartsWith("WRONGTYPE", refusal.Message, StringComparison.Ordinal);
            Assert.Equal((1L, refused.Sequence - 1), (result.RefusalCount, result.LastSequence));

            // No later command was sent.
            Assert.Null(result.UnderWayFrom);
            Assert.True(result.ExecutedSequence < refused.Sequence + 10);
        }
    }

    [SkippableFact]
    public async Task A_replay_continues_after_refused_commands_if_KeepGoing_is_set()
    {
        RedisServer.SkipIfAbsent();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        (RedisConnection connection, RedisCommand refused) = await PrepareAsync(batches);
        await using (connection)
        {
            ReplayResult result = await Replays.RunAsync(
                server.Endpoint(5), Replays.Plain() with { KeepGoing = true, MaxRefusals = 2 }, batches);
            Assert.True(result.RefusalCount >= 1);
            Assert.Equal(Math.Min(2, result.RefusalCount), result.Refusals.Count);
            Assert.Equal(refused.Sequence, result.Refusals[0].Command.Sequence);
            Assert.Equal((refused.Sequence - 1, BatchNumbers.LastSequence(batches)), (result.LastSequence, result.ExecutedSequence));
        }
    }

    /// <summary>
    /// The checkpoint does not pass a refused batch, though later ones that were sent already are executed. The same replay is refused
    /// until the cause is mended, and then brings what was refused, whatever the window.
    /// </summary>
    [SkippableTheory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(4096)]
    public async Task The_checkpoint_does_not_pass_a_refused_batch(int window)
    {
        RedisServer.SkipIfAbsent();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        (RedisConnection connection, RedisCommand refused) = await PrepareAsync(batches);
        await using (connection)
        {
            ReplayOptions options = Replays.Plain() with { CheckpointKey = Replays.CheckpointKey, Window = window };
            for (int i = 0; i < 3; i++)
            {
                ReplayResult result = await Replays.RunAsync(server.Endpoint(5), options, batches);
                Assert.Equal(refused.Sequence - 1, result.LastSequence);
                Assert.True(result.ExecutedSequence > result.LastSequence);
                Assert.Equal(
                    $"{result.LastSequence} applied={result.ExecutedSequence} database=- first=1",
                    Replays.WithoutSelection((await connection.AskAsync("GET", Replays.CheckpointName)).Text));
                Assert.Equal("in the way", (await connection.AskAsync("GET", refused.Arguments.Span[1].ToArray())).Text);
                Assert.Contains(
                    i == 0 ? "WRONGTYPE" : "is a string on the server, which these logs did not write there", result.Refusals[0].Message);
            }

            await connection.AskAsync("DEL", refused.Arguments.Span[1].ToArray());
            Assert.Equal(0, (await Replays.RunAsync(server.Endpoint(5), options, batches)).RefusalCount);
            await Replays.AssertCheckpointAsync(connection, BatchNumbers.LastSequence(batches));
            await connection.AskAsync("DEL", Replays.CheckpointName);
            Assert.Empty(await connection.DifferencesAsync(StateFile.Read(Path.Combine(Types, "state.json")).Values.Single()));
        }
    }

    /// <summary>If the user may not write, the server aborts the transactions and applies nothing.</summary>
    [SkippableFact]
    public async Task Refused_transactions_are_not_applied()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync();
        await using RedisConnection connection = await own.ConnectAsync();
        await connection.AskAsync("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@read", "+@transaction", "+@connection", "+set");
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        var endpoint = RedisEndpoint.Parse($"redis://reader:secret@127.0.0.1:{own.Port}");
        ReplayOptions options = Replays.Plain() with { CheckpointKey = Replays.CheckpointKey, Window = 1 };
        ReplayResult result = await Replays.RunAsync(endpoint, options, batches);
        Assert.Equal(1, result.RefusalCount);
        Assert.StartsWith("NOPERM", result.Refusals[0].Message, StringComparison.Ordinal);
        Assert.Equal(result.Refusals[0].Command.Sequence - 1, result.LastSequence);
        await Replays.AssertCheckpointAsync(connection, result.LastSequence);

        // With the permission to write, the replay continues at the right place.
        Assert.Equal(0, (await Replays.RunAsync(own.Endpoint(), options, batches)).RefusalCount);
        await connection.AskAsync("DEL", Replays.CheckpointName);
        Assert.Empty(await connection.DifferencesAsync(StateFile.Read(Path.Combine(Types, "state.json")).Values.Single()));
    }

    [SkippableFact]
    public async Task Keys_of_a_missing_database_are_not_written_to_another()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 7);
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        RedisException exception = await Assert.ThrowsAsync<RedisException>(
            () => Replays.RunAsync(server.Endpoint(7), Replays.Plain() with { DatabaseOf = _ => 1000 }, batches));
        Assert.Equal(RedisErrorKind.Database, exception.Kind);
        Assert.Equal(0, (await connection.AskAsync("DBSIZE")).Integer);
    }

    [SkippableTheory]
    [InlineData("SET", "hello")]
    [InlineData("RPUSH", "1")]
    [InlineData("SET", "1 2 3")]
    [InlineData("SET", "-1")]
    public async Task A_checkpoint_key_with_another_value_is_refused(string command, string value)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 6);
        await connection.AskAsync(command, Replays.CheckpointName, value);
        RedisException exception = await Assert.ThrowsAsync<RedisException>(
            () => Replayer.ConnectAsync(server.Endpoint(6), Replays.Plain() with { CheckpointKey = Replays.CheckpointKey }));
        Assert.Contains("cannot be read as a checkpoint", exception.Message);
    }

    [Theory]
    [InlineData("10", 10, 10, null, null)]
    [InlineData("10 applied=12", 10, 12, null, null)]
    [InlineData("10 applied=12 database=a-1 first=3", 10, 12, "a-1", 3)]
    [InlineData("10 database=- first=3", 10, 10, null, 3)]
    public void A_checkpoint_is_read(string text, int confirmed, int executed, string? database, int? first)
    {
        Assert.True(Checkpoint.TryParse(text, out Checkpoint checkpoint));
        Assert.Equal(new Checkpoint((ulong)confirmed, (ulong)executed, database, (ulong?)first), checkpoint);
        Assert.True(Checkpoint.TryParse(System.Text.Encoding.ASCII.GetString(checkpoint.ToBytes().Span), out Checkpoint again));
        Assert.Equal(checkpoint, again);
    }

    /// <summary>A checkpoint of another database, or of logs that begin elsewhere, stops the replay before anything is written.</summary>
    [SkippableFact]
    public async Task A_checkpoint_of_other_logs_is_refused()
    {
        RedisServer.SkipIfAbsent();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 8);
        ReplayOptions options = Replays.Plain() with { CheckpointKey = Replays.CheckpointKey, DatabaseId = "aaaa-1" };
        await Replays.RunAsync(server.Endpoint(8), options, batches[..20]);
        string before = (await connection.AskAsync("GET", Replays.CheckpointName)).Text;
        Assert.Contains("database=aaaa-1 first=1", before);
        RedisException exception = await Assert.ThrowsAsync<RedisException>(
            () => Replays.RunAsync(server.Endpoint(8), options with { DatabaseId = "bbbb-2" }, batches));
        Assert.Contains("belongs to the database aaaa-1", exception.Message);
        exception = await Assert.ThrowsAsync<RedisException>(() => Replays.RunAsync(server.Endpoint(8), options, batches[3..]));
        Assert.Contains("those of the checkpoint began at 1; nothing was sent", exception.Message);
        exception = await Assert.ThrowsAsync<RedisException>(() => Replays.RunAsync(server.Endpoint(8), options, batches[..10]));
        Assert.Contains("but the server has the batches up to ", exception.Message);
        Assert.Equal(before, (await connection.AskAsync("GET", Replays.CheckpointName)).Text);
    }

    /// <summary>Keys of new types are part of the transaction of their batch, so that it is executed as a whole or not at all.</summary>
    [Fact]
    public async Task A_batch_is_executed_once_wherever_the_connection_is_lost()
    {
        var model = new ModelServer();
        for (int i = 0; i < 4; i++)
        {
            string text = $"[{i}]";
            model.Change("list", KvrocksType.List, key => key.List.AddRange([text, text]));
            model.Change("set", KvrocksType.Set, key => key.Fields[text] = "");
            model.Change("json:a", KvrocksType.Json, key => key.Text = text);
            model.Change($"json:{i}", KvrocksType.Json, key => key.Text = text);
            model.EndBatch();
        }

        List<byte[]> batches = model.Batches;
        int cuts = 0;
        for (bool isWhole = false; !isWhole; cuts++)
        {
            await using var server = new FakeKvrocks { CommandsToCut = 6 + cuts };
            var options = new ReplayOptions { CheckpointKey = Replays.CheckpointKey };
            (_, isWhole) = await Replays.TryRunAsync(server.Endpoint, options, batches);
            server.CommandsToCut = int.MaxValue;
            Assert.True(isWhole || (await Replays.TryRunAsync(server.Endpoint, options, batches)).IsComplete);

            // The keys of batches without a confirmed reply are created anew, so that the list has each element once.
            Assert.Equal(
                ["[0]", "[0]", "[1]", "[1]", "[2]", "[2]", "[3]", "[3]"],
                server.Commands
                    .Skip(1 + server.Commands.FindLastIndex(command => command == "DEL list"))
                    .Where(command => command.StartsWith("RPUSH list ", StringComparison.Ordinal))
                    .SelectMany(command => command.Split(' ').Skip(2)));
            Assert.Equal(
                "JSON.SET json:a $ [3]",
                server.Commands.Last(command => command.StartsWith("JSON.SET json:a", StringComparison.Ordinal)));
            Assert.Equal(Replays.CheckpointValue(BatchNumbers.LastSequence(batches)), Replays.WithoutSelection(server.Stored(Replays.CheckpointName)));
        }

        // Each batch has MULTI, 4 commands, the checkpoint and EXEC.
        Assert.True(cuts > 4 * 7, $"{cuts} cuts");
    }

    /// <summary>An expiry that is held back until the end is set as well when a key is brought from a list of what was refused.</summary>
    [SkippableFact]
    public async Task A_key_from_a_list_has_its_expiry()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 9);
        await connection.AskAsync("SET", "k", "in the way");
        var model = new ModelServer();
        model.Change("k", KvrocksType.List, key =>
        {
            key.List.Add("a");
            key.Expiry = (ulong)DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeMilliseconds();
        });
        model.EndBatch();
        List<RefusedKey> refused = [];
        ReplayOptions options = Replays.Plain() with
        {
            KeepGoing = true,
            Refused = refusal => refused.Add(
                new RefusedKey(refusal.Command.Sequence, refusal.Command.Namespace, refusal.Command.Arguments.Span[1])),
        };
        Assert.Equal(1, (await Replays.RunAsync(server.Endpoint(9), options, model.Batches)).RefusalCount);
        await connection.AskAsync("DEL", "k");
        ReplayResult result = await Replays.RunAsync(server.Endpoint(9), options with { Only = refused }, model.Batches);
        Assert.Equal((0L, 1L), (result.RefusalCount, result.HealedCount));
        Assert.InRange((await connection.AskAsync("PTTL", "k")).Integer, 1, 3_600_000);
    }

    /// <summary>Stores a string under the key of a list in the log, so that the server refuses a command.</summary>
    private async Task<(RedisConnection Connection, RedisCommand Refused)> PrepareAsync(List<byte[]> batches)
    {
        var converter = new CommandConverter(Replays.Plain().Commands);
        RedisCommand refused = Commands.Replay.Convert(converter, batches).First(command => command.Name == "RPUSH");
        RedisConnection connection = await server.ConnectEmptyAsync(database: 5);
        await connection.AskAsync("SET", refused.Arguments.Span[1].ToArray(), "in the way");
        return (connection, refused);
    }
}
