using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// Establishes a connection before its first command: finds the master if sentinels are given, opens the socket, negotiates TLS, sends AUTH
/// and SELECT, and requires the reply to a PING.
/// </summary>
internal static class RedisHandshake
{
    public static async Task<RedisConnection> ConnectAsync(
        RedisEndpoint endpoint, RedisConnectionOptions options, CancellationToken cancellationToken)
    {
        if (endpoint.User is not null && endpoint.Password is null)
        {
            throw new RedisException(
                RedisErrorKind.Authentication,
                $"{endpoint}: the address has a user without a password. In an address, a password without a user follows a colon: "
                    + "redis://:password@host.");
        }

        if (endpoint.MasterName is not null)
        {
            return await RedisSentinel.ConnectAsync(endpoint, options, cancellationToken).ConfigureAwait(false);
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.ConnectTimeout);
        RedisConnection? connection = null;
        try
        {
            Stream stream = await RedisSocket.OpenAsync(endpoint, options, limited.Token).ConfigureAwait(false);
            connection = new RedisConnection(endpoint, stream, options);
            await GreetAsync(connection, endpoint, limited.Token).ConfigureAwait(false);
            return connection;
        }
        catch (Exception exception)
        {
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            if (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                throw new RedisException(
                    RedisErrorKind.Unreachable,
                    $"{endpoint} did not answer within {options.ConnectTimeout.TotalSeconds:0.#} s. "
                        + "Check that it is a Redis or Kvrocks server, "
                        + (endpoint.UsesTls
                            ? "that the port expects TLS (otherwise use redis://), "
                            : "that the port does not expect TLS (otherwise use rediss://), ")
                        + "and that no firewall blocks the connection.",
                    exception);
            }

            // A TLS 1.3 client learns that its certificate is missing or refused only when it reads the first reply.
            if (endpoint.UsesTls && exception is RedisException { Kind: RedisErrorKind.ConnectionLost } lost)
            {
                throw new RedisException(
                    RedisErrorKind.Tls,
                    $"{endpoint} closed the connection after the TLS handshake: {(lost.InnerException ?? lost).Message.TrimEnd('.')}. "
                        + (endpoint.Tls?.ClientCertificate is null
                            ? "The server may require a client certificate."
                            : "The server may not accept the client certificate."),
                    exception);
            }

            throw;
        }
    }

    private static async Task GreetAsync(RedisConnection connection, RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Password is { } password)
        {
            ReadOnlyMemory<byte>[] command = endpoint.User is { } user
                ? ["AUTH"u8.ToArray(), Bytes(user), Bytes(password)]
                : ["AUTH"u8.ToArray(), Bytes(password)];
            RespValue reply = await connection.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
            ThrowIfError(
                reply,
                RedisErrorKind.Authentication,
                endpoint,
                $"Check the user and the password {endpoint.PasswordSource ?? "in the address"}");
        }

        if (endpoint.Database != 0)
        {
            ReadOnlyMemory<byte>[] command = ["SELECT"u8.ToArray(), Bytes(endpoint.Database.ToString(CultureInfo.InvariantCulture))];
            RespValue reply = await connection.ExecuteAsync(command, cancellationToken).ConfigureAwait(false);
            ThrowIfError(
                reply, RedisErrorKind.Database, endpoint, "Choose a database that the server has, or raise its 'databases' setting");
        }

        ReadOnlyMemory<byte>[] ping = ["PING"u8.ToArray()];
        RespValue answer = await connection.ExecuteAsync(ping, cancellationToken).ConfigureAwait(false);
        bool isLoading = answer.IsError && answer.Text.StartsWith("LOADING", StringComparison.Ordinal);
        ThrowIfError(
            answer, isLoading ? RedisErrorKind.Loading : RedisErrorKind.Refused, endpoint, "Try again when the server is ready");
        if (answer.Text != "PONG")
        {
            throw new RedisException(
                RedisErrorKind.Protocol,
                $"{endpoint} answered PING with '{answer}' instead of PONG. Check that it is a Redis or Kvrocks server.");
        }
    }

    private static void ThrowIfError(RespValue reply, RedisErrorKind kind, RedisEndpoint endpoint, string advice)
    {
        if (!reply.IsError)
        {
            return;
        }

        // Redis repeats the arguments of a command that it does not know, as AUTH if it was renamed.
        string text = endpoint.Password is { Length: > 0 } secret
            ? reply.Text.Replace(secret, "***", StringComparison.Ordinal)
            : reply.Text;
        text = RespValue.WordsOf(text);
        if (text.StartsWith("NOAUTH", StringComparison.Ordinal))
        {
            kind = RedisErrorKind.Authentication;
            advice = "The server requires a password";
        }

        throw new RedisException(kind, $"{endpoint} refused the connection: {text.TrimEnd('.')}. {advice}.");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
