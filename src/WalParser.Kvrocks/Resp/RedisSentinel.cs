using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// Finds the master of a name by asking sentinels, as the guidelines for clients of Redis describe it: the sentinels are asked one after
/// the other, the server that one names must itself say that it is the master, and during a failover they are asked again.
/// </summary>
internal static class RedisSentinel
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Connects to the master.</summary>
    /// <exception cref="RedisException">No sentinel names a server that is the master. The message says what each one said.</exception>
    public static async Task<RedisConnection> ConnectAsync(
        RedisEndpoint endpoint, RedisConnectionOptions options, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.ConnectTimeout);
        RedisConnectionOptions each = options with
        {
            ConnectTimeout = options.ConnectTimeout < Patience ? options.ConnectTimeout : Patience,
        };
        List<string> answers = [];
        try
        {
            while (true)
            {
                List<string> round = [];
                for (RedisEndpoint? sentinel = endpoint; sentinel is not null; sentinel = sentinel.NextSentinel)
                {
                    RedisEndpoint? master = await AskAsync(sentinel, each, round, limited.Token).ConfigureAwait(false);
                    if (master is not null
                        && await TryConnectAsync(master, options, round, limited.Token).ConfigureAwait(false) is { } connection)
                    {
                        return connection;
                    }
                }

                answers = round;
                await Task.Delay(Pause, limited.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            string what = answers.Count == 0 ? "no sentinel answered" : string.Join("; ", answers);
            throw new RedisException(
                RedisErrorKind.Unreachable,
                $"{endpoint}: no master '{endpoint.MasterName}' was found within {options.ConnectTimeout.TotalSeconds:0.#} s: {what}. "
                    + "Check the addresses of the sentinels and the name of the master (SENTINEL MASTERS lists those that they know).");
        }
    }

    private static async Task<RedisEndpoint?> AskAsync(
        RedisEndpoint sentinel, RedisConnectionOptions options, List<string> answers, CancellationToken cancellationToken)
    {
        RedisEndpoint self = sentinel with { MasterName = null, NextSentinel = null, Database = 0 };
        try
        {
            RedisConnection connection = await ConnectToSentinelAsync(self, options, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                ReadOnlyMemory<byte>[] command =
                    ["SENTINEL"u8.ToArray(), "get-master-addr-by-name"u8.ToArray(), Encoding.UTF8.GetBytes(sentinel.MasterName!)];
                RespValue reply = await connection.ExecuteAsync(command, cancellationToken)
                    .WaitAsync(options.ConnectTimeout, cancellationToken).ConfigureAwait(false);
                if (reply.Kind == RespKind.Array && reply.Items.Length == 2
                    && reply.Items.Span[0].Text is { Length: > 0 } host
                    && int.TryParse(reply.Items.Span[1].Text, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
                    && port is > 0 and <= ushort.MaxValue)
                {
                    return sentinel with { MasterName = null, NextSentinel = null, Host = host, Port = port };
                }

                answers.Add(reply.IsNull ? $"{self} knows no master of that name" : $"{self} answered '{reply}'");
            }
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            answers.Add(exception is TimeoutException ? $"{self} did not answer" : exception.Message.TrimEnd('.'));
        }

        return null;
    }

    /// <summary>
    /// Connects to a sentinel without a password, and with that of the master only if the sentinel demands one. Most sentinels have none.
    /// </summary>
    private static async Task<RedisConnection> ConnectToSentinelAsync(
        RedisEndpoint sentinel, RedisConnectionOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return await RedisHandshake.ConnectAsync(sentinel with { User = null, Password = null }, options, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (RedisException exception) when (exception.Kind == RedisErrorKind.Authentication && sentinel.Password is not null)
        {
            return await RedisHandshake.ConnectAsync(sentinel, options, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<RedisConnection?> TryConnectAsync(
        RedisEndpoint master, RedisConnectionOptions options, List<string> answers, CancellationToken cancellationToken)
    {
        RedisConnection? connection = null;
        try
        {
            connection = await RedisHandshake.ConnectAsync(master, options, cancellationToken).ConfigureAwait(false);
            RespValue role = await connection.ExecuteAsync(new ReadOnlyMemory<byte>[] { "ROLE"u8.ToArray() }, cancellationToken)
                .ConfigureAwait(false);
            if (role.Items.Length > 0 && role.Items.Span[0].Text == "master")
            {
                return connection;
            }

            answers.Add($"{master}, which a sentinel named, says that it is '{(role.Items.Length > 0 ? role.Items.Span[0] : role)}'");
        }
        catch (RedisException exception)
            when (exception.Kind is not (RedisErrorKind.Authentication or RedisErrorKind.Tls or RedisErrorKind.Database
                or RedisErrorKind.Loading))
        {
            answers.Add(exception.Message.TrimEnd('.'));
        }
        catch
        {
            await DisposeAsync(connection).ConfigureAwait(false);
            throw;
        }

        await DisposeAsync(connection).ConfigureAwait(false);
        return null;
    }

    private static ValueTask DisposeAsync(RedisConnection? connection) => connection?.DisposeAsync() ?? ValueTask.CompletedTask;
}
