using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;
using static WalParser.TestSupport.Redis.RedisCommands;

namespace WalParser.Kvrocks.Tests.Resp;

public sealed class RedisConnectionTests(RedisServer server) : IClassFixture<RedisServer>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task Arguments_may_contain_any_bytes()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 1);
        byte[] key = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        foreach (int size in (int[])[0, 1, 1000, 65_535, 65_536, 65_537, 5_000_000])
        {
            byte[] value = new byte[size];
            new Random(size).NextBytes(value);
            await connection.AskAsync("SET", key, value);
            Assert.Equal(value, (await connection.AskAsync("GET", key)).Bytes.ToArray());
        }
    }

    [SkippableTheory]
    [InlineData(1, 500)]
    [InlineData(100, 10_000)]
    [InlineData(100_000, 10_000)]
    public async Task Thousands_of_commands_with_large_replies_are_answered_in_order(int window, int count)
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 2, new RedisConnectionOptions { Window = window });
        byte[] large = new byte[5000];
        new Random(1).NextBytes(large);
        List<Task<RespValue>> replies = [];
        for (int i = 0; i < count; i++)
        {
            replies.Add(
                await connection.SendAsync(Command("ECHO", (byte[])[.. BitConverter.GetBytes(i), .. large])).AsTask().WaitAsync(Patience));
        }

        for (int i = 0; i < replies.Count; i++)
        {
            ReadOnlyMemory<byte> reply = (await replies[i].WaitAsync(Patience)).Bytes;
            Assert.Equal(i, BitConverter.ToInt32(reply.Span));
            Assert.True(reply.Span[4..].SequenceEqual(large));
        }
    }

    [Fact]
    public async Task A_server_that_stops_reading_until_its_replies_are_read_does_not_block()
    {
        // 10,000 commands of 8 KB and as many replies: 80 MB in each direction, far more than the buffers of a socket. Redis keeps replies
        // in its own memory. This server does not, and would wait forever for a client that first writes everything and then reads.
        const int Commands = 10_000;
        ReadOnlyMemory<byte>[] command = Command("ECHO", new string('x', 8192));
        var written = new System.Buffers.ArrayBufferWriter<byte>();
        RespWriter.WriteCommand(written, command);
        byte[] reply = [(byte)'+', .. new byte[8192].Select(_ => (byte)'y'), (byte)'\r', (byte)'\n'];
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            NetworkStream stream = client.GetStream();
            await stream.ReadExactlyAsync(new byte["*1\r\n$4\r\nPING\r\n".Length]);
            await stream.WriteAsync("+PONG\r\n"u8.ToArray());
            byte[] one = new byte[written.WrittenCount];
            for (int i = 0; i < Commands; i++)
            {
                await stream.ReadExactlyAsync(one);
                await stream.WriteAsync(reply);
            }
        });
        var endpoint = RedisEndpoint.Parse($"redis://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
        await using RedisConnection connection = await RedisConnection.ConnectAsync(
            endpoint, new RedisConnectionOptions { Window = Commands });
        Task<RespValue> last = Task.FromResult(default(RespValue));
        for (int i = 0; i < Commands; i++)
        {
            last = await connection.SendAsync(command).AsTask().WaitAsync(Patience);
        }

        Assert.Equal(8192, (await last.WaitAsync(Patience)).Bytes.Length);
        await serving;
    }

    [SkippableFact]
    public async Task An_error_is_the_reply_to_its_command_only()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 3);
        List<Task<RespValue>> replies = [];
        for (int i = 0; i < 3000; i++)
        {
            replies.Add(await connection.SendAsync((i % 3) switch
            {
                0 => Command("RPUSH", "list", "x"),
                1 => Command("INCR", "list"),
                _ => Command("NO\r\nSUCH", "command"),
            }));
        }

        for (int i = 0; i < replies.Count; i++)
        {
            RespValue reply = await replies[i];
            Assert.Equal(i % 3 != 0, reply.IsError);
            switch (i % 3)
            {
                case 0:
                    Assert.Equal((i / 3) + 1, reply.Integer);
                    break;
                case 1:
                    Assert.StartsWith("WRONGTYPE", reply.Text, StringComparison.Ordinal);
                    break;
                default:
                    Assert.StartsWith("ERR unknown command", reply.Text, StringComparison.Ordinal);
                    break;
            }
        }
    }

    [SkippableFact]
    public async Task Several_threads_can_send_commands()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 4, new RedisConnectionOptions { Window = 50 });
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            for (int i = 0; i < 500; i++)
            {
                string text = string.Create(CultureInfo.InvariantCulture, $"{thread} {i}");
                Assert.Equal(text, (await connection.AskAsync("ECHO", text)).Text);
            }
        })));
    }

    /// <summary>No command asks for RESP3, so that a server that sends a push message does not follow the protocol.</summary>
    [SkippableFact]
    public async Task A_push_message_ends_the_connection()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 5);
        RedisException exception = await Assert.ThrowsAsync<RedisException>(() => connection.AskAsync("HELLO", "3"));
        Assert.Equal(RedisErrorKind.Protocol, exception.Kind);
    }

    /// <summary>A server that is silent ends the connection; one that only takes its time for each reply does not.</summary>
    [SkippableFact]
    public async Task A_silent_server_ends_the_connection()
    {
        RedisServer.SkipIfAbsent();
        var options = new RedisConnectionOptions { ReplyTimeout = TimeSpan.FromSeconds(1) };
        await using RedisConnection connection = await server.ConnectAsync(database: 5, options);
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        Assert.Equal("PONG", (await connection.AskAsync("PING")).Text);
        RedisException exception = await Assert.ThrowsAsync<RedisException>(() => connection.AskAsync("BLPOP", "none", "0"));
        Assert.Contains("no reply arrived for 1 s", exception.Message);
    }

    [SkippableFact]
    public async Task Commands_without_a_reply_and_later_commands_fail_when_the_server_stops()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync();
        await using RedisConnection connection = await own.ConnectAsync(options: new RedisConnectionOptions { Window = 1000 });
        List<Task<RespValue>> replies = [await connection.SendAsync(Command("SET", "a", "b"))];
        await replies[0];
        replies.Add(await connection.SendAsync(Command("BLPOP", "none", "0")));
        RedisException refused = await Assert.ThrowsAsync<RedisException>(async () =>
        {
            // The window fills up after the blocking command. The send that waits for space in the window must fail too.
            var killing = Task.Delay(200).ContinueWith(_ => own.Kill(), TaskScheduler.Default);
            for (int i = 0; i < 5000; i++)
            {
                replies.Add(await connection.SendAsync(Command("SET", "key", new byte[100])).AsTask().WaitAsync(Patience));
            }

            await killing;
        });
        Assert.Equal(RedisErrorKind.ConnectionLost, refused.Kind);
        Assert.Contains("The commands without a reply (", refused.Message, StringComparison.Ordinal);
        foreach (Task<RespValue> reply in replies.Skip(1))
        {
            Assert.Equal(RedisErrorKind.ConnectionLost, (await Assert.ThrowsAsync<RedisException>(() => reply.WaitAsync(Patience))).Kind);
        }

        await Assert.ThrowsAsync<RedisException>(() => connection.AskAsync("PING"));
    }

    [SkippableFact]
    public async Task A_connection_that_the_server_closes_while_a_command_is_sent_fails()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync("--proto-max-bulk-len", "1mb");
        await using RedisConnection connection = await own.ConnectAsync();

        // The server refuses the length and closes the connection before it has received the whole argument.
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(async () =>
        {
            RespValue reply = await connection.ExecuteAsync(Command("SET", "key", new byte[50_000_000])).WaitAsync(Patience);
            Assert.Contains("invalid bulk length", reply.Text, StringComparison.Ordinal);
            for (int i = 0; i < 100; i++)
            {
                await connection.ExecuteAsync(Command("PING")).WaitAsync(Patience);
                await Task.Delay(20);
            }
        });
        Assert.Equal(RedisErrorKind.ConnectionLost, thrown.Kind);
    }

    [SkippableFact]
    public async Task Cancelling_a_wait_does_not_affect_the_connection()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection connection = await server.ConnectAsync(database: 6, new RedisConnectionOptions { Window = 2 });
        using var cancelled = new CancellationTokenSource(100);

        // One command waits for its reply, another for space in the window.
        Task<RespValue> blocked = connection.ExecuteAsync(Command("BLPOP", "none", "1"), cancelled.Token);
        Task<RespValue> next = await connection.SendAsync(Command("ECHO", "next"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await connection.SendAsync(Command("ECHO", "never"), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => blocked);
        Assert.Equal("next", (await next.WaitAsync(Patience)).Text);
        Assert.Equal("after", (await connection.AskAsync("ECHO", "after")).Text);
    }

    [SkippableFact]
    public async Task A_password_is_required_and_checked()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer own = await RedisServer.StartAsync(
            "--requirepass", "s3 cr@t", "--user", "bob", "on", ">w:rd", "~*", "+@all");
        foreach (string user in (string[])["", ":wrong@", "bob:wrong@", "nobody:w%3Ard@"])
        {
            RedisException refused = await Assert.ThrowsAsync<RedisException>(() => RedisConnection.ConnectAsync(At(user, own.Port)));
            Assert.Equal(RedisErrorKind.Authentication, refused.Kind);
            Assert.DoesNotContain("w:rd", refused.Message, StringComparison.Ordinal);
            Assert.Contains("password", refused.Message, StringComparison.Ordinal);
        }

        await using RedisConnection standard = await RedisConnection.ConnectAsync(At(":s3%20cr%40t@", own.Port));
        Assert.Equal("default", (await standard.AskAsync("ACL", "WHOAMI")).Text);
        await using RedisConnection bob = await RedisConnection.ConnectAsync(At("bob:w%3Ard@", own.Port));
        Assert.Equal("bob", (await bob.AskAsync("ACL", "WHOAMI")).Text);
    }

    [SkippableFact]
    public async Task The_database_of_the_address_is_selected_and_must_exist()
    {
        RedisServer.SkipIfAbsent();
        await using RedisConnection last = await server.ConnectAsync(database: 63);
        await last.AskAsync("SET", "where", "here");
        Assert.Contains(" db=63 ", (await last.AskAsync("CLIENT", "INFO")).Text, StringComparison.Ordinal);
        RedisException refused = await Assert.ThrowsAsync<RedisException>(() => server.ConnectAsync(database: 64));
        Assert.Equal(RedisErrorKind.Database, refused.Kind);
        Assert.Contains("databases", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_does_not_listen_or_answer_is_unreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var options = new RedisConnectionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(200) };
        foreach (string scheme in (string[])["redis", "rediss"])
        {
            // The system accepts the connection, and no one answers.
            RedisException silent = await Assert.ThrowsAsync<RedisException>(
                () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"{scheme}://127.0.0.1:{port}"), options));
            Assert.Equal(RedisErrorKind.Unreachable, silent.Kind);
            using var impatient = new CancellationTokenSource(100);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"{scheme}://127.0.0.1:{port}"), null, impatient.Token));
        }

        listener.Stop();
        RedisException gone = await Assert.ThrowsAsync<RedisException>(
            () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"redis://127.0.0.1:{port}")));
        Assert.Equal(RedisErrorKind.Unreachable, gone.Kind);
        Assert.Contains($"127.0.0.1:{port}", gone.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", RedisErrorKind.Protocol)]
    [InlineData("+OK\r\n", RedisErrorKind.Protocol)]
    [InlineData("+PONG\r\n+and more\r\n", RedisErrorKind.Protocol)]
    [InlineData("-LOADING Redis is loading the dataset in memory\r\n", RedisErrorKind.Loading)]
    [InlineData("-BUSY Redis is busy running a script.\r\n", RedisErrorKind.Refused)]
    [InlineData("-NOAUTH Authentication required.\r\n", RedisErrorKind.Authentication)]
    [InlineData("+PO", RedisErrorKind.ConnectionLost)]
    [InlineData("", RedisErrorKind.ConnectionLost)]
    public async Task An_unexpected_answer_to_PING_is_refused(string answer, RedisErrorKind kind)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = Task.Run(async () =>
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadAtLeastAsync(new byte[14], 14);
            await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer));
        });
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(async () =>
        {
            await using RedisConnection connection = await RedisConnection.ConnectAsync(RedisEndpoint.Parse($"redis://127.0.0.1:{port}"));
            await serving;
            await connection.ExecuteAsync(Command("PING")).WaitAsync(Patience);
            await connection.ExecuteAsync(Command("PING")).WaitAsync(Patience);
        });
        Assert.Equal(kind, thrown.Kind);
        await serving;
    }

    [SkippableFact]
    public async Task Over_TLS_the_certificate_is_checked()
    {
        RedisServer.SkipIfAbsent();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("walparser-tls-");
        try
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
            using X509Certificate2 certificate = request.CreateSelfSigned(
                DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            string certificateFile = Path.Combine(folder.FullName, "server.crt");
            string keyFile = Path.Combine(folder.FullName, "server.key");
            await File.WriteAllTextAsync(certificateFile, certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(keyFile, key.ExportPkcs8PrivateKeyPem());
            await using RedisServer own = await RedisServer.StartAsync(
                "--port", "0", "--tls-port", "{port}", "--tls-cert-file", certificateFile, "--tls-key-file", keyFile,
                "--tls-ca-cert-file", certificateFile, "--tls-auth-clients", "no");
            var secured = RedisEndpoint.Parse($"rediss://127.0.0.1:{own.Port}/7");

            RedisException untrusted = await Assert.ThrowsAsync<RedisException>(() => RedisConnection.ConnectAsync(secured));
            Assert.Equal(RedisErrorKind.Tls, untrusted.Kind);
            Assert.Matches(@"failed: .*[^.]\. Check that the port", untrusted.Message);

            var trusting = new RedisConnectionOptions
            {
                CertificateValidation = (_, shown, _, _) =>
                    shown!.GetCertHashString(HashAlgorithmName.SHA256) == certificate.GetCertHashString(HashAlgorithmName.SHA256),
            };
            await using RedisConnection connection = await RedisConnection.ConnectAsync(secured, trusting);
            byte[] large = new byte[3_000_000];
            Random.Shared.NextBytes(large);
            Assert.Equal(large, (await connection.AskAsync("ECHO", large)).Bytes.ToArray());

            // TLS to a port without TLS, where Redis waits for the end of a line that never arrives, and no TLS to a port with TLS.
            var impatient = new RedisConnectionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(300) };
            RedisException plain = await Assert.ThrowsAsync<RedisException>(
                () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"rediss://127.0.0.1:{server.Port}"), impatient));
            Assert.Contains("otherwise use redis://", plain.Message, StringComparison.Ordinal);
            RedisException mute = await Assert.ThrowsAsync<RedisException>(
                () => RedisConnection.ConnectAsync(RedisEndpoint.Parse($"redis://127.0.0.1:{own.Port}")));
            Assert.Contains(mute.Kind, (RedisErrorKind[])[RedisErrorKind.ConnectionLost, RedisErrorKind.Protocol]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static RedisEndpoint At(string user, int port) => RedisEndpoint.Parse($"redis://{user}127.0.0.1:{port}");
}
