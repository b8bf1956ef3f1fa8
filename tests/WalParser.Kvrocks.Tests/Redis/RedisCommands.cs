using System.Text;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Redis;

/// <summary>Commands as tests write them.</summary>
internal static class RedisCommands
{
    /// <summary>A command whose arguments are text (as UTF-8) or bytes.</summary>
    public static ReadOnlyMemory<byte>[] Command(params object[] arguments) =>
        [.. arguments.Select(argument => (ReadOnlyMemory<byte>)(argument as byte[] ?? Encoding.UTF8.GetBytes((string)argument)))];

    /// <summary>The reply, which must not be an error.</summary>
    public static async Task<RespValue> AskAsync(this RedisConnection connection, params object[] arguments)
    {
        RespValue reply = await connection.ExecuteAsync(Command(arguments));
        return reply.IsError ? throw new InvalidOperationException($"{arguments[0]}: {reply.Text}") : reply;
    }

    /// <summary>The replies of many commands, in order, all sent before the first reply is waited for; none may be an error.</summary>
    public static async Task<RespValue[]> AskAllAsync(this RedisConnection connection, IEnumerable<ReadOnlyMemory<byte>[]> commands)
    {
        List<Task<RespValue>> replies = [];
        foreach (ReadOnlyMemory<byte>[] command in commands)
        {
            replies.Add(await connection.SendAsync(command));
        }

        RespValue[] all = await Task.WhenAll(replies);
        return all.FirstOrDefault(reply => reply.IsError) is { IsError: true } error ? throw new InvalidOperationException(error.Text) : all;
    }

    /// <summary>How the connection's database differs, right now, from what is expected of it.</summary>
    public static async Task<IReadOnlyList<string>> DifferencesAsync(this RedisConnection connection, IReadOnlyList<KeyState> expected) =>
        StateComparison.Of(expected, await RedisState.ReadAsync(connection), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()).Differences;
}
