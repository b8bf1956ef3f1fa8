using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Metadata;
using WalParser.Kvrocks.Replay;
using WalParser.Kvrocks.Resp;
using WalParser.Kvrocks.Tests.Commands.Model;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.TestSupport.Scenarios;

namespace WalParser.Kvrocks.Tests.Replay;

/// <summary>Commands that the server does not carry out.</summary>
public sealed class RefusalTests(RedisServer server) : IClassFixture<RedisServer>
{
    private static readonly string Types = TestFiles.Committed("kvrocks/types");

    [SkippableFact]
    public async Task It_stops_at_the_first_refused_command()
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

            // Nothing behind it was sent: without what stands in the way, it goes on there and comes to the whole.
            await connection.AskAsync("DEL", refused.Arguments.Span[1].ToArray());
            result = await Replays.RunAsync(server.Endpoint(5), Replays.Plain() with { FromSequence = result.LastSequence + 1 }, batches);
            Assert.Equal(0, result.RefusalCount);
            IReadOnlyList<KeyState> expected = StateFile.Read(Path.Combine(Types, "state.json")).Values.Single();
            Assert.Empty(await connection.DifferencesAsync(expected));
        }
    }

    [SkippableFact]
    public async Task It_keeps_going_if_it_is_told_to()
    {
        RedisServer.SkipIfAbsent();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        (RedisConnection connection, RedisCommand refused) = await PrepareAsync(batches);
        await using (connection)
        {
            ReplayResult result = await Replays.RunAsync(server.Endpoint(5), Replays.Plain() with { KeepGoing = true, MaxRefusals = 2 }, batches);
            Assert.True(result.RefusalCount >= 1);
            Assert.Equal(Math.Min(2, result.RefusalCount), result.Refusals.Count);
            Assert.Equal(refused.Sequence, result.Refusals[0].Command.Sequence);
            Assert.Equal(Reckoned.LastSequence(batches), result.LastSequence);
        }
    }

    /// <summary>With many under way, what stands behind the refused command counts as applied if it was, and the checkpoint says the same.</summary>
    [SkippableFact]
    public async Task What_was_under_way_counts()
    {
        RedisServer.SkipIfAbsent();
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        (RedisConnection connection, RedisCommand refused) = await PrepareAsync(batches);
        await using (connection)
        {
            ReplayOptions options = Replays.Plain() with { CheckpointKey = Replays.CheckpointKey };
            ReplayResult result = await Replays.RunAsync(server.Endpoint(5), options, batches);
            Assert.Equal(refused.Sequence, result.Refusals[0].Command.Sequence);
            Assert.True(result.LastSequence >= refused.Sequence);
            Assert.Equal($"{result.LastSequence}", (await connection.AskAsync("GET", Replays.CheckpointName)).Text);
        }
    }

    /// <summary>A user who may not write: transactions are given up as a whole, and nothing is applied.</summary>
    [SkippableFact]
    public async Task What_is_refused_from_somewhere_on_is_not_applied()
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
        Assert.Equal($"{result.LastSequence}", (await connection.AskAsync("GET", Replays.CheckpointName)).Text);

        // As its owner it goes on exactly.
        Assert.Equal(0, (await Replays.RunAsync(own.Endpoint(), options, batches)).RefusalCount);
        await connection.AskAsync("DEL", Replays.CheckpointName);
        Assert.Empty(await connection.DifferencesAsync(StateFile.Read(Path.Combine(Types, "state.json")).Values.Single()));
    }

    [SkippableFact]
    public async Task A_database_that_is_not_there_takes_nothing_into_another()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 7);
        List<byte[]> batches = await RecordedLogs.ReadAsync(Types);
        RedisException exception = await Assert.ThrowsAsync<RedisException>(() => Replays.RunAsync(server.Endpoint(7), Replays.Plain() with { DatabaseOf = _ => 1000 }, batches));
        Assert.Equal(RedisErrorKind.Database, exception.Kind);
        Assert.Equal(0, (await connection.AskAsync("DBSIZE")).Integer);
    }

    [SkippableTheory]
    [InlineData("SET", "hello")]
    [InlineData("RPUSH", "1")]
    [InlineData("SET", "1 2 3")]
    [InlineData("SET", "-1")]
    public async Task A_key_that_is_no_checkpoint_is_left_alone(string command, string value)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectEmptyAsync(database: 6);
        await connection.AskAsync(command, Replays.CheckpointName, value);
        RedisException exception = await Assert.ThrowsAsync<RedisException>(
            () => Replayer.ConnectAsync(server.Endpoint(6), Replays.Plain() with { CheckpointKey = Replays.CheckpointKey }));
        Assert.Contains("cannot be read as a checkpoint", exception.Message);
    }

    /// <summary>
    /// What stands behind the transaction may be sent again, the transaction may not: whatever the place where the connection was cut, it was carried
    /// out once, and what stands behind it after it.
    /// </summary>
    [Fact]
    public async Task A_batch_of_which_half_is_done_is_completed()
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
        string[] whole;
        await using (var uncut = new FakeKvrocks())
        {
            await Replays.RunAsync(uncut.Endpoint, new ReplayOptions { CheckpointKey = Replays.CheckpointKey }, batches);
            whole = [.. uncut.Commands];
        }

        Assert.Contains(whole, command => command.StartsWith("JSON.SET", StringComparison.Ordinal));
        Assert.Contains(whole, command => command.StartsWith("RPUSH", StringComparison.Ordinal));
        int cuts = 0;
        for (bool isWhole = false; !isWhole; cuts++)
        {
            int cut = 3 + cuts;
            await using var server = new FakeKvrocks { CommandsToCut = cut };
            var options = new ReplayOptions { CheckpointKey = Replays.CheckpointKey };
            (_, isWhole) = await Replays.TryRunAsync(server.Endpoint, options, batches);
            server.CommandsToCut = int.MaxValue;
            Assert.True(isWhole || (await Replays.TryRunAsync(server.Endpoint, options, batches)).IsComplete);
            Assert.Equal(whole.Where(command => !IsApart(command)), server.Commands.Where(command => !IsApart(command)));
            Assert.Equal(LastOf(whole), LastOf(server.Commands));
            Assert.Equal(Reckoned.LastSequence(batches).ToString(System.Globalization.CultureInfo.InvariantCulture), server.Stored(Replays.CheckpointName));
        }

        // MULTI, 3 commands, the checkpoint, EXEC, 2 documents, the checkpoint; of each batch.
        Assert.True(cuts > 4 * 8, $"{cuts} cuts");

        static bool IsApart(string command) => command.StartsWith("JSON.SET", StringComparison.Ordinal) || command.StartsWith("DEL json", StringComparison.Ordinal);

        static IEnumerable<string> LastOf(IEnumerable<string> commands) =>
            commands.Where(IsApart).GroupBy(command => command.Split(' ')[1]).Select(group => group.Last()).Order(StringComparer.Ordinal);
    }

    /// <summary>Puts something of another type in the way of a list of the log.</summary>
    private async Task<(RedisConnection Connection, RedisCommand Refused)> PrepareAsync(List<byte[]> batches)
    {
        var converter = new CommandConverter(Replays.Plain().Commands);
        RedisCommand refused = Commands.Replay.Convert(converter, batches).First(command => command.Name == "RPUSH");
        RedisConnection connection = await server.ConnectEmptyAsync(database: 5);
        await connection.AskAsync("SET", refused.Arguments.Span[1].ToArray(), "in the way");
        return (connection, refused);
    }
}
