using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Files;
using WalParser.TestSupport.Processes;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Resp;

/// <summary>The ways to reach a server other than a host and a port.</summary>
public sealed class RedisSocketTests
{
    [SkippableFact]
    public async Task A_server_is_reached_by_its_Unix_socket()
    {
        RedisServer.SkipIfAbsent();
        using var folder = new TempFolder();
        string path = folder.PathOf("redis.sock");
        await using RedisServer server = await RedisServer.StartAsync(
            "--unixsocket", path, "--requirepass", "secret", "--user", "bob", "on", ">pw", "~*", "+@all");
        await using RedisConnection connection = await RedisConnection.ConnectAsync(RedisEndpoint.Parse($"unix://bob:pw@{path}?db=5"));
        Assert.Equal("bob", (await connection.AskAsync("ACL", "WHOAMI")).Text);
        string client = (await connection.AskAsync("CLIENT", "INFO")).Text;
        Assert.Contains(" db=5 ", client, StringComparison.Ordinal);
        Assert.Contains($"addr={path}:0", client, StringComparison.Ordinal);

        RedisException closed = await Assert.ThrowsAsync<RedisException>(
            () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"unix://{path}")));
        Assert.Equal(RedisErrorKind.Authentication, closed.Kind);
        Assert.EndsWith("NOAUTH Authentication required. The server requires a password.", closed.Message, StringComparison.Ordinal);
        RedisException absent = await Assert.ThrowsAsync<RedisException>(
            () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"unix://{path}.not")));
        Assert.Equal(RedisErrorKind.Unreachable, absent.Kind);
        Assert.Contains("unixsocket", absent.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_server_is_reached_by_an_IPv6_address()
    {
        RedisServer.SkipIfAbsent();
        if (!HasIPv6Loopback())
        {
            SystemProgram.SkipOrFail("The loopback interface has no IPv6 address.");
        }

        await using RedisServer server = await RedisServer.StartAsync("--bind", "127.0.0.1", "::1");
        await using RedisConnection connection = await RedisConnection.ConnectAsync(RedisEndpoint.Parse($"redis://[::1]:{server.Port}/1"));
        Assert.Contains("addr=[::1]:", (await connection.AskAsync("CLIENT", "INFO")).Text, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Mutual_TLS_trusts_the_given_authority_and_shows_the_client_certificate()
    {
        RedisServer.SkipIfAbsent();
        using var folder = new TempFolder();
        using var authority = new TestCertificates(folder.Path);
        using var stranger = new TestCertificates(folder.Path, "Another authority");
        (string certificate, string key) = authority.Sign("redis.example");
        await using RedisServer server = await RedisServer.StartAsync(
            "--port", "0", "--tls-port", "{port}", "--tls-cert-file", certificate, "--tls-key-file", key,
            "--tls-ca-cert-file", authority.AuthorityFile, "--tls-auth-clients", "yes");
        var tls = new RedisTls
        {
            Authorities = [X509CertificateLoader.LoadCertificateFromFile(authority.AuthorityFile)],
            ClientCertificate = ClientOf(authority.Sign("client.example")),
            ServerName = "redis.example",
        };
        var endpoint = RedisEndpoint.Parse($"rediss://127.0.0.1:{server.Port}");
        await using (RedisConnection connection = await RedisConnection.ConnectAsync(endpoint with { Tls = tls }))
        {
            Assert.Equal("PONG", (await connection.AskAsync("PING")).Text);
        }

        await using (RedisConnection any = await RedisConnection.ConnectAsync(
            endpoint with { Tls = new RedisTls { AcceptsAnyCertificate = true, ClientCertificate = tls.ClientCertificate } }))
        {
            Assert.Equal("PONG", (await any.AskAsync("PING")).Text);
        }

        await AssertFailsAsync(tls with { ServerName = null }, "'127.0.0.1'");
        await AssertFailsAsync(tls with { ServerName = "other.example" }, "'other.example'");
        await AssertFailsAsync(tls with { Authorities = null }, "this system trusts its authority");
        await AssertFailsAsync(
            tls with { Authorities = [X509CertificateLoader.LoadCertificateFromFile(stranger.AuthorityFile)] },
            "one of the given authorities");
        await AssertFailsAsync(tls with { ClientCertificate = null }, "may require a client certificate");
        await AssertFailsAsync(tls with { ClientCertificate = ClientOf(stranger.Sign("stranger.example")) }, "may not accept");

        async Task AssertFailsAsync(RedisTls wrong, string reason)
        {
            RedisException thrown = await Assert.ThrowsAsync<RedisException>(
                () => RedisConnection.ConnectAsync(endpoint with { Tls = wrong }));
            Assert.Equal(RedisErrorKind.Tls, thrown.Kind);
            Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_socket_that_does_not_exist_is_named_so()
    {
        using var folder = new TempFolder();
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"unix://{folder.PathOf("none")}")));
        Assert.Contains("none cannot be reached: no such socket. Check that", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_user_without_a_password_is_refused_before_a_connection()
    {
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => RedisConnection.ConnectAsync(RedisEndpoint.Parse("redis://bob@nowhere.invalid")));
        Assert.Equal(RedisErrorKind.Authentication, thrown.Kind);
        Assert.DoesNotContain("bob", thrown.Message, StringComparison.Ordinal);
    }

    /// <summary>Redis repeats the arguments of a command that it does not know. The password must not be shown even then.</summary>
    [SkippableFact]
    public async Task A_server_that_repeats_the_password_in_an_error_does_not_reveal_it()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer server = await RedisServer.StartAsync("--rename-command", "AUTH", "");
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(
            () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"redis://u:topsecret@127.0.0.1:{server.Port}")));
        Assert.Contains("unknown command", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", thrown.Message, StringComparison.Ordinal);
    }

    private static SslStreamCertificateContext ClientOf((string Certificate, string Key) files)
    {
        using var pair = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
        return SslStreamCertificateContext.Create(
            X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null), additionalCertificates: null, offline: true);
    }

    private static bool HasIPv6Loopback()
    {
        try
        {
            using var listener = new TcpListener(IPAddress.IPv6Loopback, 0);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
