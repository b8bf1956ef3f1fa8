using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WalParser.Kvrocks.Resp;
using WalParser.TestSupport.Redis;

namespace WalParser.Kvrocks.Tests.Resp;

public sealed class RedisSentinelTests(RedisServer master) : IClassFixture<RedisServer>
{
    private static readonly RedisConnectionOptions Impatient = new() { ConnectTimeout = TimeSpan.FromSeconds(1) };

    [SkippableFact]
    public async Task The_master_that_a_sentinel_names_is_connected_to()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer sentinel = await RedisServer.StartSentinelAsync(
            $"sentinel monitor mymaster 127.0.0.1 {master.Port} 1");
        int dead = DeadPort();
        var endpoint = RedisEndpoint.Parse($"redis+sentinel://127.0.0.1:{dead},127.0.0.1:{sentinel.Port}/mymaster/3");
        await using RedisConnection connection = await RedisConnection.ConnectAsync(endpoint);
        string info = (await connection.AskAsync("INFO", "server")).Text;
        Assert.Contains($"tcp_port:{master.Port}", info, StringComparison.Ordinal);
        Assert.Contains(" db=3 ", (await connection.AskAsync("CLIENT", "INFO")).Text, StringComparison.Ordinal);

        RedisException unknown = await Assert.ThrowsAsync<RedisException>(() => RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"redis+sentinel://127.0.0.1:{dead},127.0.0.1:{sentinel.Port}/other"), Impatient));
        Assert.Equal(RedisErrorKind.Unreachable, unknown.Kind);
        Assert.Contains($"redis://127.0.0.1:{dead} cannot be reached", unknown.Message, StringComparison.Ordinal);
        Assert.Contains($"redis://127.0.0.1:{sentinel.Port} knows no master of that name", unknown.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task A_sentinel_that_demands_a_password_gets_that_of_the_master()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer secured = await RedisServer.StartAsync("--requirepass", "secret");
        await using RedisServer sentinel = await RedisServer.StartSentinelAsync(
            $"sentinel monitor m 127.0.0.1 {secured.Port} 1", "requirepass secret");
        await using RedisConnection connection = await RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"redis+sentinel://:secret@127.0.0.1:{sentinel.Port}/m"));
        Assert.Equal("master", (await connection.AskAsync("ROLE")).Items.Span[0].Text);

        RedisException wrong = await Assert.ThrowsAsync<RedisException>(() => RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"redis+sentinel://:topsecret@127.0.0.1:{sentinel.Port}/m"), Impatient));
        Assert.DoesNotContain("topsecret", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("WRONGPASS", wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>During a failover, a sentinel may still name a server that has become a replica. The sentinel is asked again.</summary>
    [SkippableFact]
    public async Task A_replica_that_a_sentinel_names_is_not_taken()
    {
        RedisServer.SkipIfAbsent();
        await using RedisServer replica = await RedisServer.StartAsync(
            "--replicaof", "127.0.0.1", master.Port.ToString(CultureInfo.InvariantCulture));
        int[] answers = [replica.Port, replica.Port, master.Port];
        int asked = 0;
        await using var sentinel = new FakeServer(command => command switch
        {
            "PING" => "+PONG\r\n",
            _ when command.StartsWith("SENTINEL get-master-addr-by-name m", StringComparison.Ordinal) =>
                Address(answers[Math.Min(asked++, answers.Length - 1)]),
            _ => "-ERR\r\n",
        });
        await using RedisConnection connection = await RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"redis+sentinel://127.0.0.1:{sentinel.Port}/m"));
        Assert.Equal("master", (await connection.AskAsync("ROLE")).Items.Span[0].Text);
        Assert.Equal(3, asked);

        answers[^1] = replica.Port;
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(() => RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"redis+sentinel://127.0.0.1:{sentinel.Port}/m"), Impatient));
        Assert.Contains("says that it is 'slave'", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*2\r\n$1\r\nh\r\n$1\r\n0\r\n")]
    [InlineData("*2\r\n$0\r\n\r\n$1\r\n1\r\n")]
    [InlineData("*2\r\n*0\r\n*0\r\n")]
    [InlineData("*1\r\n$1\r\nh\r\n")]
    [InlineData("+OK\r\n")]
    [InlineData("-ERR no\r\n")]
    public async Task An_answer_that_is_no_address_is_named(string answer)
    {
        await using var sentinel = new FakeServer(command => command == "PING" ? "+PONG\r\n" : answer);
        RedisException thrown = await Assert.ThrowsAsync<RedisException>(() => RedisConnection.ConnectAsync(
            RedisEndpoint.Parse($"redis+sentinel://127.0.0.1:{sentinel.Port}/m"),
            new RedisConnectionOptions { ConnectTimeout = TimeSpan.FromMilliseconds(300) }));
        Assert.Equal(RedisErrorKind.Unreachable, thrown.Kind);
        Assert.Contains($"redis://127.0.0.1:{sentinel.Port} answered '", thrown.Message, StringComparison.Ordinal);
    }

    private static string Address(int port)
    {
        string text = port.ToString(CultureInfo.InvariantCulture);
        return $"*2\r\n$9\r\n127.0.0.1\r\n${Encoding.ASCII.GetByteCount(text)}\r\n{text}\r\n";
    }

    private static int DeadPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
