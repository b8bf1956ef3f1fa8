using WalParser.Kvrocks.Commands;
using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Replay;

/// <summary>Asks a server one question after the other, each with a time limit.</summary>
internal sealed class TargetQuestions(
    RedisConnection connection, RedisEndpoint endpoint, TimeSpan timeout, CancellationToken cancellationToken)
{
    public Task<RespValue> AskAsync(params string[] arguments) => AskAsync([.. arguments.Select(Argument.Of)]);

    /// <exception cref="RedisException">
    /// The server did not answer in time, is loading its data, or the connection was lost.
    /// </exception>
    public async Task<RespValue> AskAsync(ReadOnlyMemory<byte>[] arguments)
    {
        try
        {
            RespValue reply =
                await connection.ExecuteAsync(arguments, cancellationToken).WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return reply.IsError && TargetTrial.IsCode(reply.Text, "LOADING")
                ? throw new RedisException(RedisErrorKind.Loading, $"{endpoint} is loading its data: {reply}")
                : reply;
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
