using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace WalParser.Kvrocks.Resp;

/// <summary>Opens the byte stream to a server: a TCP connection, with or without TLS, or a Unix domain socket.</summary>
internal static class RedisSocket
{
    /// <exception cref="RedisException">The server cannot be reached, or TLS failed. The message contains advice.</exception>
    public static async Task<Stream> OpenAsync(
        RedisEndpoint endpoint, RedisConnectionOptions options, CancellationToken cancellationToken)
    {
        Stream plain = await OpenPlainAsync(endpoint, cancellationToken).ConfigureAwait(false);
        if (!endpoint.UsesTls)
        {
            return plain;
        }

        var secured = new SslStream(plain);
        try
        {
            await secured.AuthenticateAsClientAsync(OptionsOf(endpoint, options), cancellationToken).ConfigureAwait(false);
            return secured;
        }
        catch (Exception exception)
        {
            await secured.DisposeAsync().ConfigureAwait(false);
            if (exception is AuthenticationException or IOException)
            {
                throw new RedisException(
                    RedisErrorKind.Tls,
                    $"TLS with {endpoint} failed: {exception.Message.TrimEnd('.')}. "
                        + "Check that the port expects TLS (otherwise use redis://), that the "
                        + $"certificate is for the name '{NameOf(endpoint)}', "
                        + (endpoint.Tls?.Authorities is null
                            ? "and that this system trusts its authority."
                            : "and that one of the given authorities signed it."),
                    exception);
            }

            throw;
        }
    }

    private static async Task<Stream> OpenPlainAsync(RedisEndpoint endpoint, CancellationToken cancellationToken)
    {
        Socket socket = endpoint.SocketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (endpoint.SocketPath is { } path)
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            }

            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception exception)
        {
            socket.Dispose();
            if (exception is SocketException refused)
            {
                throw new RedisException(
                    RedisErrorKind.Unreachable,
                    $"{endpoint} cannot be reached: {ReasonOf(refused, endpoint).TrimEnd('.')}. "
                        + (endpoint.SocketPath is null
                            ? "Check that the server is running and listens on that address and port."
                            : "Check that the server is running with that unixsocket, and that this user may open it."),
                    exception);
            }

            throw;
        }
    }

    /// <summary>Returns why a connection failed. Linux has no error of its own for a socket that does not exist.</summary>
    private static string ReasonOf(SocketException exception, RedisEndpoint endpoint) =>
        endpoint.SocketPath is { } path && !Path.Exists(path) ? "no such socket" : exception.Message;

    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification = "Only if the caller asks for it.")]
    private static SslClientAuthenticationOptions OptionsOf(RedisEndpoint endpoint, RedisConnectionOptions options)
    {
        var tls = new SslClientAuthenticationOptions
        {
            TargetHost = NameOf(endpoint),
            ClientCertificateContext = endpoint.Tls?.ClientCertificate,
            RemoteCertificateValidationCallback = endpoint.Tls?.AcceptsAnyCertificate == true
                ? (_, _, _, _) => true
                : options.CertificateValidation,
        };
        if (endpoint.Tls?.Authorities is { } authorities)
        {
            // Private authorities, which Redis is used with, rarely publish what they have revoked.
            tls.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            tls.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        return tls;
    }

    private static string NameOf(RedisEndpoint endpoint) => endpoint.Tls?.ServerName ?? endpoint.Host;
}
