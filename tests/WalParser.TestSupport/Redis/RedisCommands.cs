using System.Text;
using WalParser.Kvrocks.Resp;

namespace WalParser.TestSupport.Redis;

/// <summary>Commands that tests send to a Redis server.</summary>
internal static class RedisCommands
{
    /// <summary>Returns a command whose arguments are text (as UTF-8) or bytes.</summary>
    public static ReadOnlyMemory<byte>[] Command(params object[] arguments) =>
        [.. arguments.Select(argument => (ReadOnlyMemory<byte>)(argument as byte[] ?? Encoding.UTF8.GetBytes((string)argument)))];

    /// <summary>Sends a command, and returns the reply, which must not be an error.</summary>
    public static async Task<RespValue> AskAsync(this RedisConnection connection, params object[] arguments)
    {
        RespValue reply = await connection.ExecuteAsync(Command(arguments));
        return reply.IsError ? throw new InvalidOperationException($"{arguments[0]}: {reply.Text}") : reply;
    }

    /// <summary>
    /// Sends many commands before it waits for the first reply, and returns the replies in order. None may be an error.
    /// </summary>
    public static async Task<RespValue[]> AskAllAsync(this RedisConnection connection, IEnumerable<ReadOnlyMemory<byte>[]> commands)
    {
        List<Task<RespValue>> replies = [];
        foreach (ReadOnlyMemory<byte>[] command in commands)
        {
            replies.Add(await connection.SendAsync(command));
        }

        RespValue[] all = await Task.WhenAll(replies);
        return all.FirstOrDefault(reply => reply.IsError) is { IsError: true } error
            ? throw new InvalidOperationException(error.Text)
            : all;
    }

    /// <summary>Returns the differences between the database of the connection and the expected keys.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(this RedisConnection connection, IReadOnlyList<KeyState> expected) =>
        StateComparison.Of(expected, await RedisState.ReadAsync(connection), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences;
}
