using WalParser.TestSupport.Files;
using WalParser.TestSupport.Redis;
using WalParser.Tool.Output;
using WalParser.Tool.Tests.Fixtures;

namespace WalParser.Tool.Tests.Servers;

/// <summary>How commands reach a server: the password, TLS, and the forms of an address.</summary>
public sealed class ServerOptionsTests
{
    private static readonly string Logs = TestFiles.Committed("kvrocks/cluster");

    [SkippableFact]
    public async Task The_password_is_read_from_the_address_a_file_or_the_environment()
    {
        RedisServer.SkipIfAbsent();
        using var folder = new TempFolder();
        await using RedisServer server = await RedisServer.StartAsync(
            "--requirepass", "s3cret", "--user", "bob", "on", ">b0b", "~*", "+@all");
        string right = folder.Write("right", "s3cret\r\nnot this\n"u8.ToArray());
        string ofBob = folder.Write("bob", "b0b"u8.ToArray());
        string wrong = folder.Write("wrong", "topsecret\n"u8.ToArray());
        string uri = $"redis://127.0.0.1:{server.Port}";

        ToolRun inAddress = await RunAsync(null, $"redis://:s3cret@127.0.0.1:{server.Port}");
        Assert.Equal(0, inAddress.ExitCode);
        Assert.Contains("can be seen by other users of this machine", inAddress.Error);
        Assert.DoesNotContain("s3cret", inAddress.Error);
        foreach (ToolRun run in (ToolRun[])
            [
                await RunAsync(null, uri, "--password-file", right),
                await RunAsync("topsecret", uri, "--password-file", right),
                await RunAsync(null, $"redis://bob@127.0.0.1:{server.Port}", "--password-file", ofBob),
                await RunAsync("b0b", $"redis://bob@127.0.0.1:{server.Port}"),
                await RunAsync("s3cret", uri),
            ])
        {
            Assert.Equal(0, run.ExitCode);
            Assert.DoesNotContain("can be seen", run.Error);
        }

        Assert.Equal(0, (await RunAsync("topsecret", $"redis://:s3cret@127.0.0.1:{server.Port}")).ExitCode);
        await AssertFailsAsync(await RunAsync(null, uri, "--password-file", wrong), "the password in the file ");
        await AssertFailsAsync(await RunAsync("topsecret", uri), "the password in the environment variable REDISCLI_AUTH");
        ToolRun without = await RunAsync(null, uri);
        await AssertFailsAsync(without, "NOAUTH");
        Assert.Contains(
            "next: --password-file FILE names a file with the password, or the environment variable REDISCLI_AUTH", without.Error);
    }

    [Fact]
    public async Task Wrong_options_are_refused_without_the_password()
    {
        using var folder = new TempFolder();
        using var authority = new TestCertificates(folder.Path);
        (string certificate, string key) = authority.Sign("a.example");
        (string _, string otherKey) = authority.Sign("b.example");
        string empty = folder.Write("empty", "\ntopsecret"u8.ToArray());
        string text = folder.Write("text", "topsecret"u8.ToArray());
        string binary = folder.Write("binary", [0xff, 0xfe, (byte)'\n']);
        string huge = folder.Write("huge", new byte[70_000].Select(_ => (byte)'x').ToArray());
        const string Plain = "redis://h";
        const string Tls = "rediss://h";
        (string Reason, string[] Args)[] cases =
        [
            ("give only one", ["redis://:topsecret@h", "--password-file", text]),
            ("a user without a password", ["redis://topsecret@h"]),
            ("first line is empty", [Plain, "--password-file", empty]),
            ("is not UTF-8", [Plain, "--password-file", binary]),
            ("longer than 65536 bytes", [Plain, "--password-file", huge]),
            ("cannot be read", [Plain, "--password-file", folder.PathOf("none")]),
            ("cannot be read", [Plain, "--password-file", folder.Path]),
            ("--cacert is for TLS", [Plain, "--cacert", authority.AuthorityFile]),
            ("--sni is for TLS", ["unix:///a", "--sni", "name"]),
            ("--insecure is for TLS", [Plain, "--insecure"]),
            ("--cacert would have no effect", [Tls, "--insecure", "--cacert", authority.AuthorityFile]),
            ("name it with --cert", [Tls, "--key", key]),
            ("there is no certificate in it", [Tls, "--cacert", text]),
            ("cannot be read", [Tls, "--cacert", folder.PathOf("none")]),
            ("there is no certificate in it", [Tls, "--cert", key]),
            ("the key of ", [Tls, "--cert", certificate]),
            ("the key of ", [Tls, "--cert", certificate, "--key", otherKey]),
            ("the key of ", [Tls, "--cert", certificate, "--key", text]),
        ];
        foreach ((string reason, string[] args) in cases)
        {
            await AssertFailsAsync(await RunAsync(null, args[0], args[1..]), reason);
        }
    }

    [SkippableFact]
    public async Task TLS_files_and_a_Unix_socket_lead_to_the_server()
    {
        RedisServer.SkipIfAbsent();
        using var folder = new TempFolder();
        using var authority = new TestCertificates(folder.Path);
        (string certificate, string key) = authority.Sign("redis.example");
        (string client, string clientKey) = authority.Sign("client.example");
        string socket = folder.PathOf("redis.sock");
        string both = folder.Write(
            "both.pem", [.. await File.ReadAllBytesAsync(client), (byte)'\n', .. await File.ReadAllBytesAsync(clientKey)]);
        await using RedisServer server = await RedisServer.StartAsync(
            "--port", "0", "--tls-port", "{port}", "--tls-cert-file", certificate, "--tls-key-file", key,
            "--tls-ca-cert-file", authority.AuthorityFile, "--unixsocket", socket);
        string uri = $"rediss://127.0.0.1:{server.Port}";
        string[] trust = ["--cacert", authority.AuthorityFile, "--sni", "redis.example"];
        Assert.Equal(0, (await RunAsync(null, uri, [.. trust, "--cert", client, "--key", clientKey])).ExitCode);
        Assert.Equal(0, (await RunAsync(null, uri, [.. trust, "--cert", both])).ExitCode);
        ToolRun insecure = await RunAsync(null, uri, "--insecure", "--cert", both);
        Assert.Equal(0, insecure.ExitCode);
        Assert.Contains("the certificate of the server is not checked", insecure.Error);
        await AssertFailsAsync(await RunAsync(null, uri, trust), "--cert FILE the client certificate");
        await AssertFailsAsync(await RunAsync(null, uri, "--cacert", authority.AuthorityFile, "--cert", both), "--sni NAME");

        ToolRun overSocket = await RunAsync(null, $"unix://{socket}?db=9");
        Assert.Equal(0, overSocket.ExitCode);
        Assert.Contains($"unix://{socket}?db=9: Redis 7", overSocket.Error);
    }

    /// <summary>Runs a dry replay, which connects.</summary>
    private static Task<ToolRun> RunAsync(string? environment, string uri, params string[] args) => ToolRun.On(
        (stdin, stdout, stderr) => new ToolConsole(stdin, stdout, stderr) { ServerPassword = environment },
        [],
        ["replay", Logs, "--dry-run", "--no-json", "--to", uri, .. args]);

    private static Task AssertFailsAsync(ToolRun run, string reason)
    {
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(reason, run.Error);
        Assert.DoesNotContain("topsecret", run.Error);
        return Task.CompletedTask;
    }
}
