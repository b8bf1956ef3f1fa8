using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// Establishes a connection before its first command: opens the socket, negotiates TLS, sends AUTH and SELECT, and requires the reply to a
/// PING.
/// </summary>
internal static class RedisHandshake
{
    public static async Task<RedisConnection> ConnectAsync(
        RedisEndpoint endpoint, RedisConnectionOptions options, CancellationToken cancellationToken)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(options.ConnectTimeout);
        RedisConnection? connection = null;
        try
        {
            Stream stream = await OpenAsync(endpoint, options, limited.Token).ConfigureAwait(false);
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

            throw;
        }
    }

    private static async Task<Stream> OpenAsync(RedisEndpoint endpoint, RedisConnectionOptions options, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is SocketException refused)
            {
                throw new RedisException(
                    RedisErrorKind.Unreachable,
                    $"{endpoint} cannot be reached: {refused.Message}. "
                        + "Check that the server is running and listens on that address and port.",
                    exception);
            }

            throw;
        }

        var plain = new NetworkStream(socket, ownsSocket: true);
        if (!endpoint.UsesTls)
        {
            return plain;
        }

        var secured = new SslStream(plain);
        try
        {
            await secured.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = endpoint.Host,
                    RemoteCertificateValidationCallback = options.CertificateValidation,
                },
                cancellationToken).ConfigureAwait(false);
            return secured;
        }
        catch (Exception exception)
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            if (exception is AuthenticationException or IOException)
            {
                throw new RedisException(
                    RedisErrorKind.Tls,
                    $"TLS with {endpoint} failed: {exception.Message} Check that the port expects TLS (otherwise use redis://) "
                        + "and that this system trusts the certificate and its name.",
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
            ThrowIfError(reply, RedisErrorKind.Authentication, endpoint, "Check the user and the password in the address");
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
        ThrowIfError(answer, RedisErrorKind.Refused, endpoint, "Try again when the server is ready");
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

        string text = reply.Text;
        if (text.StartsWith("NOAUTH", StringComparison.Ordinal))
        {
            kind = RedisErrorKind.Authentication;
            advice = "Specify the password in the address: redis://:password@host, or redis://user:password@host";
        }

        throw new RedisException(kind, $"{endpoint} refused the connection: {text}. {advice}.");
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
