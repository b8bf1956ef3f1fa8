using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Asks a server one question after the other, each with a time limit.</summary>
internal sealed class TargetQuestions(
    RedisConnection connection, RedisEndpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
{
    public Task<RespValue> AskAsync(params string[] arguments) => AskAsync([.. arguments.Select(Argument.Of)]);

    /// <exception cref="RedisException">The server did not answer in time, or the connection was lost.</exception>
    public async Task<RespValue> AskAsync(ReadOnlyMemory<byte>[] arguments)
    {
        try
        {
            return await connection.ExecuteAsync(arguments, cancellationToken).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw new RedisException(
                RedisErrorKind.Unreachable,
                $"{endpoint} did not answer {System.Text.Encoding.UTF8.GetString(arguments[0].Span)} within {timeout.TotalSeconds:0.#} s.",
                exception);
        }
    }
}
