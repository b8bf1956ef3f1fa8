using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Sends to one server, over one connection.</summary>
internal sealed class ServerSender(RedisConnection connection) : IReplaySender
{
    public async ValueTask SendAsync(ReplayUnit unit, IReadOnlyList<RedisCommand> commands)
    {
        foreach (RedisCommand command in commands)
        {
            try
            {
                unit.Add(command, await connection.SendAsync(command.Arguments).ConfigureAwait(false));
            }
            catch (RedisException exception)
            {
                // The server may execute the commands of the unit that were sent so far, so the unit must not appear empty.
                unit.Add(command, Task.FromException<RespValue>(exception));
                throw;
            }
        }
    }

    public Task SettleAsync() => Task.CompletedTask;

    public async Task<RespValue[]> AskAsync(IReadOnlyList<RedisCommand> commands)
    {
        List<Task<RespValue>> replies = [];
        foreach (RedisCommand command in commands)
        {
            replies.Add(await connection.SendAsync(command.Arguments).ConfigureAwait(false));
        }

        return await Task.WhenAll(replies).ConfigureAwait(false);
    }

    public async Task<RespValue[]> WaitForReplicasAsync(int count, TimeSpan limit) =>
        [await connection.ExecuteAsync(WaitFor(count, limit)).ConfigureAwait(false)];

    /// <summary>Returns a WAIT. It is about what was sent over the same connection.</summary>
    public static ReadOnlyMemory<byte>[] WaitFor(int count, TimeSpan limit) =>
        [Argument.Of("WAIT"), Argument.Of((long)count), Argument.Of((long)limit.TotalMilliseconds)];

    public void Abort() => connection.Abort();

    public ValueTask DisposeAsync() => connection.DisposeAsync();
}
