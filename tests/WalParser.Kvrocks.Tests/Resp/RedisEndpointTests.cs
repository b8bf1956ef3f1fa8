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
    [InlineData("redis://topsecret@h", "follows a colon")]
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
    public void The_text_of_an_endpoint_does_not_contain_the_password(string text, string shown) =>
        Assert.Equal(shown, RedisEndpoint.Parse(text).ToString());
}
