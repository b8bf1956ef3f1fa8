using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace WalParser.Kvrocks.Resp;

/// <summary>Parses the text of an address to a <see cref="RedisEndpoint"/>.</summary>
internal static class RedisAddress
{
    /// <summary>The longest path of a Unix domain socket on Linux, in bytes: <c>sun_path</c> without the zero at its end.</summary>
    private const int LongestSocketPath = 107;

    private const string SentinelSuffix = "+sentinel";

    public static RedisEndpoint Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        string scheme = schemeEnd < 0 ? string.Empty : text[..schemeEnd].ToLowerInvariant();
        string rest = schemeEnd < 0 ? string.Empty : text[(schemeEnd + 3)..];
        if (scheme == "unix")
        {
            return ParseSocket(rest);
        }

        bool isSentinel = scheme.EndsWith(SentinelSuffix, StringComparison.Ordinal);
        string protocol = isSentinel ? scheme[..^SentinelSuffix.Length] : scheme;
        if (protocol is not ("redis" or "rediss" or "valkey" or "valkeys"))
        {
            throw Wrong("it does not begin with redis://, rediss:// (TLS), unix:// or redis+sentinel://");
        }

        if (rest.AsSpan().IndexOfAny('?', '#') >= 0)
        {
            throw Wrong("it contains a '?' or '#'; there are no options, and in a password these characters are written %3F and %23");
        }

        // A password may contain an '@' or a '/' that should have been escaped; only the last '@' can end the password.
        int userEnd = rest.LastIndexOf('@');
        (string? user, string? password) = ParseUser(userEnd < 0 ? null : rest[..userEnd]);
        string server = rest[(userEnd + 1)..];
        int slash = server.IndexOf('/', StringComparison.Ordinal);
        string path = slash < 0 ? string.Empty : server[(slash + 1)..];
        string hosts = slash < 0 ? server : server[..slash];
        bool usesTls = protocol is "rediss" or "valkeys";
        return isSentinel ? ParseSentinels(hosts, path, user, password, usesTls) : ParseServer(hosts, RedisEndpoint.DefaultPort) with
        {
            User = user,
            Password = password,
            Database = ParseDatabase(path),
            UsesTls = usesTls,
        };
    }

    private static RedisEndpoint ParseSentinels(string hosts, string path, string? user, string? password, bool usesTls)
    {
        string[] parts = path.Split('/');
        string master = Unescape(parts[0], "name of the master");
        if (master.Length == 0 || parts.Length > 2)
        {
            throw Wrong("the sentinels must be followed by the name of the master: redis+sentinel://host:26379/mymaster[/database]");
        }

        int database = ParseDatabase(parts.Length == 2 ? parts[1] : string.Empty);
        RedisEndpoint? first = null;
        foreach (string host in hosts.Split(',').Reverse())
        {
            first = ParseServer(host, RedisEndpoint.DefaultSentinelPort) with
            {
                MasterName = master,
                User = user,
                Password = password,
                Database = database,
                UsesTls = usesTls,
                NextSentinel = first,
            };
        }

        return first!;
    }

    private static RedisEndpoint ParseSocket(string text)
    {
        // In a path, an '@' is usual, so the user ends at the first one before a '/'.
        int userEnd = text.StartsWith('/') ? -1 : text.IndexOf("@/", StringComparison.Ordinal);
        (string? user, string? password) = ParseUser(userEnd < 0 ? null : text[..userEnd]);
        string rest = text[(userEnd + 1)..];
        int question = rest.IndexOf('?', StringComparison.Ordinal);
        string path = Unescape(question < 0 ? rest : rest[..question], "path");
        if (!path.StartsWith('/') || path.Any(char.IsControl))
        {
            throw Wrong("a Unix socket has an absolute path: unix:///run/redis/redis.sock");
        }

        if (Encoding.UTF8.GetByteCount(path) > LongestSocketPath)
        {
            throw Wrong($"the path of a Unix socket has at most {LongestSocketPath} bytes");
        }

        string options = question < 0 ? string.Empty : rest[(question + 1)..];
        if (options.Length > 0 && !options.StartsWith("db=", StringComparison.Ordinal))
        {
            throw Wrong("the only option after '?' is the database: unix:///run/redis/redis.sock?db=1");
        }

        return new RedisEndpoint(string.Empty)
        {
            SocketPath = path,
            User = user,
            Password = password,
            Database = ParseDatabase(options.Length > 0 ? options[3..] : string.Empty),
        };
    }

    private static RedisEndpoint ParseServer(string server, int defaultPort)
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

        int number = defaultPort;
        if (port.Length > 0 && (!TryParseNumber(port[1..], 65535, out number) || number == 0))
        {
            throw Wrong($"'{port[1..]}' is not a port");
        }

        return new RedisEndpoint(host) { Port = number };
    }

    private static int ParseDatabase(string text) =>
        text.Length == 0 ? 0
        : TryParseNumber(text, int.MaxValue, out int database) ? database
        : throw Wrong($"'{text}' is not the number of a database");

    private static (string? User, string? Password) ParseUser(string? text)
    {
        if (text is null)
        {
            return (null, null);
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        string user = Unescape(colon < 0 ? text : text[..colon], "user");
        string? password = colon < 0 ? null : Unescape(text[(colon + 1)..], "password");
        return (user.Length > 0 ? user : null, user.Length > 0 || password?.Length > 0 ? password : null);
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
