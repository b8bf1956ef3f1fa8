using WalParser.Kvrocks.Resp;

namespace WalParser.Kvrocks.Tests.Resp;

public sealed class RedisEndpointTests
{
    [Theory]
    [InlineData("redis://localhost", "localhost", 6379, null, null, 0, false)]
    [InlineData("REDIS://localhost/", "localhost", 6379, null, null, 0, false)]
    [InlineData("redis://10.0.0.1:6666/3", "10.0.0.1", 6666, null, null, 3, false)]
    [InlineData("rediss://my_host.example:6380/15", "my_host.example", 6380, null, null, 15, true)]
    [InlineData("redis://[::1]", "::1", 6379, null, null, 0, false)]
    [InlineData("redis://[2001:db8::7]:7000/1", "2001:db8::7", 7000, null, null, 1, false)]
    [InlineData("redis://[fe80::1%252]:7000", "fe80::1%2", 7000, null, null, 0, false)]
    [InlineData("redis://:secret@h", "h", 6379, null, "secret", 0, false)]
    [InlineData("redis://user:secret@h:1", "h", 1, "user", "secret", 0, false)]
    [InlineData("redis://u%3Aser:p%40%2F%25%C3%A9+@h", "h", 6379, "u:ser", "p@/%é+", 0, false)]
    [InlineData("redis://user:a:b@c@h", "h", 6379, "user", "a:b@c", 0, false)]
    [InlineData("redis://user:@h", "h", 6379, "user", "", 0, false)]
    [InlineData("redis://:@h", "h", 6379, null, null, 0, false)]
    [InlineData("redis://user@h", "h", 6379, "user", null, 0, false)]
    [InlineData("valkey://h/1", "h", 6379, null, null, 1, false)]
    [InlineData("valkeys://h", "h", 6379, null, null, 0, true)]
    public void An_address_is_parsed(string text, string host, int port, string? user, string? password, int database, bool usesTls)
    {
        var endpoint = RedisEndpoint.Parse(text);
        Assert.Equal(
            (host, port, user, password, database, usesTls),
            (endpoint.Host, endpoint.Port, endpoint.User, endpoint.Password, endpoint.Database, endpoint.UsesTls));
    }

    [Theory]
    [InlineData("", "redis://")]
    [InlineData("localhost:6379", "redis://")]
    [InlineData("http://localhost", "redis://")]
    [InlineData("redis://", "no host")]
    [InlineData("redis://:6379", "no host")]
    [InlineData("redis://h:", "is not a port")]
    [InlineData("redis://h:0", "is not a port")]
    [InlineData("redis://h:65536", "is not a port")]
    [InlineData("redis://h:-1", "is not a port")]
    [InlineData("redis://::1", "brackets")]
    [InlineData("redis://[::1", "[address]")]
    [InlineData("redis://[::1]6379", "[address]")]
    [InlineData("redis://[localhost]", "is not an IPv6 address")]
    [InlineData("redis://h/x", "is not the number of a database")]
    [InlineData("redis://h/-1", "is not the number of a database")]
    [InlineData("redis://h/99999999999", "is not the number of a database")]
    [InlineData("redis://h/1/2", "is not the number of a database")]
    [InlineData("unix://relative/path", "absolute path")]
    [InlineData("unix://u:topsecret@relative", "absolute path")]
    [InlineData("unix:///a%00b", "absolute path")]
    [InlineData("unix:///a?database=1", "?db=1")]
    [InlineData("unix://:topsecret@/a?db=x", "is not the number of a database")]
    [InlineData("redis+sentinel://h", "name of the master")]
    [InlineData("redis+sentinel://h/", "name of the master")]
    [InlineData("redis+sentinel://h/m/1/2", "name of the master")]
    [InlineData("redis+sentinel://h,/m", "no host")]
    [InlineData("redis+sentinel://:topsecret@h:0/m", "is not a port")]
    [InlineData("redis://u:topsecret%zz@h", "%25")]
    [InlineData("redis://u:topsecret%2@h", "%25")]
    [InlineData("redis://u:topsecret%ff@h", "UTF-8")]
    [InlineData("redis://u:topsecret?@h", "%3F")]
    public void A_malformed_address_is_refused_with_a_reason_and_without_the_password(string text, string reason)
    {
        FormatException thrown = Assert.Throws<FormatException>(() => RedisEndpoint.Parse(text));
        Assert.Contains(reason, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("redis://user:topsecret@h", "redis://h:6379")]
    [InlineData("rediss://:topsecret@[::1]:7/2", "rediss://[::1]:7/2")]
    [InlineData("unix://user:topsecret@/run/a%20b?db=2", "unix:///run/a b?db=2")]
    [InlineData("unix:///run/a@b", "unix:///run/a@b")]
    [InlineData("redis+sentinel://u:topsecret@h,[::1]:7,i:8/m%C3%A9", "redis+sentinel://h:26379,[::1]:7,i:8/mé")]
    [InlineData("rediss+sentinel://h/m/3", "rediss+sentinel://h:26379/m/3")]
    public void The_text_of_an_endpoint_does_not_contain_the_password(string text, string shown) =>
        Assert.Equal(shown, RedisEndpoint.Parse(text).ToString());

    [Fact]
    public void A_socket_and_sentinels_are_parsed()
    {
        var socket = RedisEndpoint.Parse("unix://user:a%2Fb@/run/redis.sock?db=3");
        Assert.Equal(
            ("", "/run/redis.sock", "user", "a/b", 3, false),
            (socket.Host, socket.SocketPath, socket.User, socket.Password, socket.Database, socket.UsesTls));
        var sentinels = RedisEndpoint.Parse("rediss+sentinel://:pw@one,two:7/main/4");
        Assert.Equal(
            ("one", 26379, "main", null, "pw", 4, true),
            (sentinels.Host, sentinels.Port, sentinels.MasterName, sentinels.User, sentinels.Password, sentinels.Database,
                sentinels.UsesTls));
        Assert.Equal(("two", 7, null), (sentinels.NextSentinel!.Host, sentinels.NextSentinel.Port, sentinels.NextSentinel.NextSentinel));
        Assert.Equal(sentinels, RedisEndpoint.Parse("rediss+sentinel://:pw@one,two:7/main/4"));
    }

    [Fact]
    public void The_path_of_a_socket_has_the_length_that_the_system_takes()
    {
        string path = "/" + new string('é', 53);
        Assert.Equal(path, RedisEndpoint.Parse("unix://" + path).SocketPath);
        Assert.Contains(
            "107 bytes", Assert.Throws<FormatException>(() => RedisEndpoint.Parse($"unix://{path}x")).Message, StringComparison.Ordinal);
    }
}
