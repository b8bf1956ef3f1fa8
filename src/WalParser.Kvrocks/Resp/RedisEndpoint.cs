using System.Globalization;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// How to reach a Redis or Kvrocks server: its address, with the user, password and database to connect with. Immutable. The text of an
/// address is one of
/// <list type="bullet">
/// <item><c>redis://[[user]:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS;</item>
/// <item><c>unix://[[user]:password@]/path/to/socket[?db=database]</c> for a Unix domain socket;</item>
/// <item><c>redis+sentinel://[[user]:password@]host[:port][,host[:port]...]/master[/database]</c>, or <c>rediss+sentinel://</c> for TLS:
/// the sentinels that know which server is the master of that name.</item>
/// </list>
/// <c>valkey</c> may be written instead of <c>redis</c>.
/// </summary>
public sealed record RedisEndpoint
{
    /// <summary>The port of an address that contains none: 6379.</summary>
    public const int DefaultPort = 6379;

    /// <summary>The port of a sentinel whose address contains none: 26379.</summary>
    public const int DefaultSentinelPort = 26379;

    internal RedisEndpoint(string host) => Host = host;

    /// <summary>
    /// The host name, IPv4 address, or IPv6 address without brackets; with <see cref="MasterName"/>, that of the first sentinel; with
    /// <see cref="SocketPath"/>, empty.
    /// </summary>
    public string Host { get; internal init; }

    /// <summary>The port, 1 to 65535.</summary>
    public int Port { get; internal init; } = DefaultPort;

    /// <summary>The path of the server's Unix domain socket; null if the server is reached by host and port.</summary>
    public string? SocketPath { get; internal init; }

    /// <summary>
    /// The name under which sentinels know the master to connect to; null if the address is that of the server itself.
    /// </summary>
    public string? MasterName { get; internal init; }

    /// <summary>The user to authenticate as; null for the server's default user. A user requires a password.</summary>
    public string? User { get; init; }

    /// <summary>The password, or the token of a Kvrocks namespace; null to connect without authentication.</summary>
    public string? Password { get; init; }

    /// <summary>The number of the database. By default, Kvrocks has only database 0.</summary>
    public int Database { get; internal init; }

    /// <summary>Whether the connection uses TLS.</summary>
    public bool UsesTls { get; internal init; }

    /// <summary>
    /// How TLS trusts the server and identifies the client; null for the trust of the system, without a client certificate.
    /// </summary>
    public RedisTls? Tls { get; init; }

    /// <summary>
    /// Where the password comes from, in words that follow "the password", as in "in the file x"; null if it is in the address.
    /// </summary>
    internal string? PasswordSource { get; init; }

    /// <summary>The sentinel to ask if this one does not answer; null if there is no other.</summary>
    internal RedisEndpoint? NextSentinel { get; init; }

    /// <summary>
    /// Parses an address. In the user, the password, the path, the name of a master and the zone of an IPv6 address, any character can be
    /// written as <c>%</c> and two hexadecimal digits. A password without a user follows a colon: <c>redis://:password@host</c>. A user
    /// without a password (<c>redis://user@host</c>) is for a password that is set afterwards (<see cref="Password"/>).
    /// </summary>
    /// <exception cref="FormatException">
    /// The text is not an address. The message describes the error and never contains the password.
    /// </exception>
    public static RedisEndpoint Parse(string text) => RedisAddress.Parse(text);

    /// <summary>Returns the address of another server, with the same user, password and use of TLS.</summary>
    internal RedisEndpoint At(string host, int port) =>
        this with { Host = host, Port = port, SocketPath = null, MasterName = null, NextSentinel = null };

    /// <summary>Returns the address without the user and the password.</summary>
    public override string ToString()
    {
        if (SocketPath is not null)
        {
            return "unix://" + SocketPath + (Database == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"?db={Database}"));
        }

        string servers = ServerText;
        for (RedisEndpoint? next = NextSentinel; next is not null; next = next.NextSentinel)
        {
            servers += "," + next.ServerText;
        }

        string database = Database == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"/{Database}");
        return $"{(UsesTls ? "rediss" : "redis")}{(MasterName is null ? "" : "+sentinel")}://{servers}"
            + $"{(MasterName is null ? "" : "/" + MasterName)}{database}";
    }

    private string ServerText =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}");
}
