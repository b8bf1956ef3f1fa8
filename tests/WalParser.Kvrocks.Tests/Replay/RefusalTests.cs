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

            // No later command was sent: after the conflicting key is deleted, the replay continues there and completes the dataset.
            await connection.AskAsync("DEL", refused.Arguments.Span[1].ToArray());
            result = await Replays.RunAsync(server.Endpoint(5), Replays.Plain() with { FromSequence = result.LastSequence + 1 }, batches);
            Assert.Equal(0, result.RefusalCount);
            IReadOnlyList<KeyState> expected = StateFile.Read(Path.Combine(Types, "state.json")).Values.Single();
            Assert.Empty(await connection.DifferencesAsync(expected));
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
            Assert.Equal(BatchNumbers.LastSequence(batches), result.LastSequence);
        }
    }

    /// <summary>
    /// If commands after the refused command were sent already, they count as applied if the server executed them, and the checkpoint
    /// agrees.
    /// </summary>
    [SkippableFact]
    public async Task Commands_that_were_sent_before_the_refusal_count_as_applied()
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
        Assert.Equal($"{result.LastSequence}", (await connection.AskAsync("GET", Replays.CheckpointName)).Text);

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

    /// <summary>
    /// The commands after a transaction may be sent twice, but the transaction must not be. Wherever the connection is lost, the server
    /// executes the transaction once and the commands after it.
    /// </summary>
    [Fact]
    public async Task A_batch_that_was_applied_in_part_is_completed()
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
            Assert.Equal(
                BatchNumbers.LastSequence(batches).ToString(System.Globalization.CultureInfo.InvariantCulture),
                server.Stored(Replays.CheckpointName));
        }

        // Each batch has MULTI, 3 commands, the checkpoint, EXEC, 2 documents, and the checkpoint.
        Assert.True(cuts > 4 * 8, $"{cuts} cuts");

        static bool IsApart(string command) =>
            command.StartsWith("JSON.SET", StringComparison.Ordinal) || command.StartsWith("DEL json", StringComparison.Ordinal);

        static IEnumerable<string> LastOf(IEnumerable<string> commands) =>
            commands.Where(IsApart).GroupBy(command => command.Split(' ')[1]).Select(group => group.Last()).Order(StringComparer.Ordinal);
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
