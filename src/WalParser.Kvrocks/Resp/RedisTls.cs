using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace WalParser.Kvrocks.Resp;

/// <summary>How a TLS connection trusts the server, and identifies the client to it. Immutable.</summary>
public sealed record RedisTls
{
    /// <summary>
    /// The certificates of the authorities that may have signed the server's certificate; null for those that the system trusts. A server
    /// certificate that no authority signed is trusted if it is itself in the collection.
    /// </summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>The certificate of the client, with its key and the certificates of intermediate authorities; null for none.</summary>
    public SslStreamCertificateContext? ClientCertificate { get; init; }

    /// <summary>
    /// The name that is sent to the server (SNI), and that the server's certificate must contain; null for the host of the address.
    /// </summary>
    public string? ServerName { get; init; }

    /// <summary>
    /// Whether any certificate of the server is accepted. If so, whoever controls the network can read and change everything.
    /// </summary>
    public bool AcceptsAnyCertificate { get; init; }
}
