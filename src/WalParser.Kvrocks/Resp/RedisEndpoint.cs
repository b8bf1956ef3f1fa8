using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WalParser.Kvrocks.Resp;

/// <summary>
/// The address of a Redis or Kvrocks server, with the user, password and database to connect with:
/// <c>redis://[user:password@]host[:port][/database]</c>, or <c>rediss://</c> for TLS. Immutable.
/// </summary>
public sealed record RedisEndpoint
{
    /// <summary>The port of an address that contains none: 6379.</summary>
    public const int DefaultPort = 6379;

    private RedisEndpoint(string host) => Host = host;

    /// <summary>The host name, IPv4 address, or IPv6 address without brackets.</summary>
    public string Host { get; private init; }

    /// <summary>The port, 1 to 65535.</summary>
    public int Port { get; private init; } = DefaultPort;

    /// <summary>The user to authenticate as; null for the server's default user.</summary>
    public string? User { get; private init; }

    /// <summary>The password, or the token of a Kvrocks namespace; null to connect without authentication.</summary>
    public string? Password { get; private init; }

    /// <summary>The number of the database. By default, Kvrocks has only database 0.</summary>
    public int Database { get; private init; }

    /// <summary>Whether the connection uses TLS.</summary>
    public bool UsesTls { get; private init; }

    /// <summary>
    /// Parses an address. In the user, the password and the zone of an IPv6 address, any character can be written as <c>%</c> and two
    /// hexadecimal digits. A password without a user follows a colon: <c>redis://:password@host</c>.
    /// </summary>
    /// <exception cref="FormatException">
    /// The text is not an address of this form. The message describes the error and never contains the password.
    /// </exception>
    public static RedisEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        string scheme = schemeEnd < 0 ? string.Empty : text[..schemeEnd].ToLowerInvariant();
        if (scheme is not ("redis" or "rediss"))
        {
            throw Wrong("it does not begin with redis:// or rediss://");
        }

        string rest = text[(schemeEnd + 3)..];
        if (rest.AsSpan().IndexOfAny('?', '#') >= 0)
        {
            throw Wrong("it contains a '?' or '#'; there are no options, and in a password these characters are written %3F and %23");
        }

        // A password may contain an '@' or a '/' that should have been escaped; only the last '@' can end the password.
        int userEnd = rest.LastIndexOf('@');
        string server = rest[(userEnd + 1)..];
        int slash = server.IndexOf('/', StringComparison.Ordinal);
        string path = slash < 0 ? string.Empty : server[(slash + 1)..];
        (string host, int port) = ParseServer(slash < 0 ? server : server[..slash]);
        (string? user, string? password) = userEnd < 0 ? (null, null) : ParseUser(rest[..userEnd]);
        int database = 0;
        if (path.Length > 0 && !TryParseNumber(path, int.MaxValue, out database))
        {
            throw Wrong($"'{path}' is not the number of a database");
        }

        return new RedisEndpoint(host)
        {
            Port = port,
            User = user,
            Password = password,
            Database = database,
            UsesTls = scheme == "rediss",
        };
    }

    /// <summary>Returns the address of another server, with the same user, password and use of TLS.</summary>
    internal RedisEndpoint At(string host, int port) => this with { Host = host, Port = port };

    /// <summary>Returns the address without the user and the password.</summary>
    public override string ToString()
    {
        string host = Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;
        string database = Database == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"/{Database}");
        return string.Create(CultureInfo.InvariantCulture, $"{(UsesTls ? "rediss" : "redis")}://{host}:{Port}{database}");
    }

    private static (string Host, int Port) ParseServer(string server)
    {
        string host;
        string port;
        if (server.StartsWith('['))
        {
            int end = server.IndexOf(']', StringComparison.Ordinal);
            string rest = end < 0 ? string.Empty : server[(end + 1)..];
            if (end < 0 || (rest.Length > 0 && rest[0] != ':'))
            {
                throw Wrong("an IPv6 address is written [address] or [address]:port");
            }

            host = Unescape(server[1..end], "host");
            port = rest;
            if (!IPAddress.TryParse(host, out IPAddress? address) || address.AddressFamily != AddressFamily.InterNetworkV6)
            {
                throw Wrong($"'{host}' is not an IPv6 address");
            }
        }
        else
        {
            int colon = server.IndexOf(':', StringComparison.Ordinal);
            host = Unescape(colon < 0 ? server : server[..colon], "host");
            port = colon < 0 ? string.Empty : server[colon..];
            if (port.LastIndexOf(':') > 0)
            {
                throw Wrong("an IPv6 address is written in brackets: [::1]:6379");
            }
        }

        if (host.Length == 0 || host.Any(character => char.IsWhiteSpace(character) || char.IsControl(character)))
        {
            throw Wrong("it has no host");
        }

        int number = DefaultPort;
        if (port.Length > 0 && (!TryParseNumber(port[1..], 65535, out number) || number == 0))
        {
            throw Wrong($"'{port[1..]}' is not a port");
        }

        return (host, number);
    }

    private static (string? User, string? Password) ParseUser(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            throw Wrong("it has a user without a password; a password without a user follows a colon: redis://:password@host");
        }

        string user = Unescape(text[..colon], "user");
        string password = Unescape(text[(colon + 1)..], "password");
        return (user.Length > 0 ? user : null, user.Length > 0 || password.Length > 0 ? password : null);
    }

    private static string Unescape(string text, string part)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        int length = 0;
        for (int i = 0; i < bytes.Length; i++, length++)
        {
            bytes[length] = bytes[i];
            if (bytes[i] != '%')
            {
                continue;
            }

            if (i + 2 >= bytes.Length || !Utf8Parser.TryParse(bytes.AsSpan(i + 1, 2), out byte value, out int read, 'x') || read != 2)
            {
                throw Wrong($"in the {part}, a '%' is not followed by two hexadecimal digits; the character '%' is written %25");
            }

            bytes[length] = value;
            i += 2;
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.AsSpan(0, length));
        }
        catch (DecoderFallbackException)
        {
            throw Wrong($"the {part} is not UTF-8");
        }
    }

    private static bool TryParseNumber(string text, int most, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    private static FormatException Wrong(string what) =>
        new($"This is not the address of a Redis server: {what}. "
            + "The form is redis://[user:password@]host[:port][/database], or rediss:// for TLS.");
}
