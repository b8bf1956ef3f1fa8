using System.Net.Security;

namespace WalParser.Kvrocks.Resp;

/// <summary>Options of a <see cref="RedisConnection"/>.</summary>
internal sealed record RedisConnectionOptions
{
    public static RedisConnectionOptions Default { get; } = new();

    /// <summary>The greatest number of commands that are sent and have no reply yet.</summary>
    public int Window { get; init; } = 4096;

    /// <summary>The time limit for connecting, including TLS and authentication.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The time for which neither a reply arrives nor bytes can be sent while commands have no reply; then the connection is closed.
    /// </summary>
    public TimeSpan ReplyTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The limits for the size of a reply.</summary>
    public RespLimits Limits { get; init; } = RespLimits.Default;

    /// <summary>Returns options with which no wait for the server is longer than a time limit.</summary>
    public static RedisConnectionOptions Within(TimeSpan limit) => new()
    {
        ReplyTimeout = limit,
        ConnectTimeout = limit < Default.ConnectTimeout ? limit : Default.ConnectTimeout,
    };

    /// <summary>The callback that validates the certificate of the server; null for the validation of the system.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }
}
