using System.Net.Security;

namespace WalParser.Kvrocks.Resp;

/// <summary>What a <see cref="RedisConnection"/> may be told.</summary>
internal sealed record RedisConnectionOptions
{
    public static RedisConnectionOptions Default { get; } = new();

    /// <summary>How many commands may be under way, sent and without a reply.</summary>
    public int Window { get; init; } = 4096;

    /// <summary>How long connecting may take, TLS and authentication included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What a reply may cost.</summary>
    public RespLimits Limits { get; init; } = RespLimits.Default;

    /// <summary>Judges the server's certificate; null for the system's judgement.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }
}
