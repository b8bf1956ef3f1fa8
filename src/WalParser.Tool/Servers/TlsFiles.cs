using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WalParser.Kvrocks.Resp;
using WalParser.Tool.Output;

namespace WalParser.Tool.Servers;

/// <summary>Reads the certificates and keys that options name, which are PEM files as redis-cli takes them.</summary>
internal static class TlsFiles
{
    /// <summary>Reads the files that are given.</summary>
    /// <param name="authorities">The file of <c>--cacert</c>; null for none.</param>
    /// <param name="certificate">The file of <c>--cert</c>; null for none.</param>
    /// <param name="key">The file of <c>--key</c>; null if the key is in the file of the certificate.</param>
    /// <param name="tls">The settings.</param>
    /// <param name="error">Which file cannot be read, and why.</param>
    public static bool TryRead(
        string? authorities, string? certificate, string? key, [NotNullWhen(true)] out RedisTls? tls, out string error)
    {
        tls = null;
        X509Certificate2Collection? trusted = null;
        SslStreamCertificateContext? client = null;
        if (authorities is not null && !TryReadAll("--cacert", authorities, out trusted, out error))
        {
            return false;
        }

        if (certificate is not null && !TryReadClient(certificate, key, out client, out error))
        {
            return false;
        }

        error = "";
        tls = new RedisTls { Authorities = trusted, ClientCertificate = client };
        return true;
    }

    private static bool TryReadAll(
        string option, string path, [NotNullWhen(true)] out X509Certificate2Collection? certificates, out string error)
    {
        certificates = [];
        try
        {
            certificates.ImportFromPemFile(path);
            error = certificates.Count == 0 ? $"{option} {ShownText.OfName(path)}: there is no certificate in it (PEM)" : "";
            return certificates.Count > 0;
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            error = $"{option} {ShownText.OfName(path)}: its certificates cannot be read: {exception.Message}";
            return false;
        }
    }

    private static bool TryReadClient(string path, string? key, out SslStreamCertificateContext? client, out string error)
    {
        client = null;
        if (!TryReadAll("--cert", path, out X509Certificate2Collection? chain, out error))
        {
            return false;
        }

        try
        {
            using var pair = X509Certificate2.CreateFromPemFile(path, key);

            // Windows does not use a key that is only in memory for TLS.
            client = SslStreamCertificateContext.Create(
                X509CertificateLoader.LoadPkcs12(pair.Export(X509ContentType.Pkcs12), null), chain, offline: true);
            return true;
        }
        catch (Exception exception)
            when (exception is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            error = $"--key {ShownText.OfName(key ?? path)}: the key of {ShownText.OfName(path)} cannot be read: {exception.Message} "
                + "It must be a PEM file, and not encrypted.";
            return false;
        }
    }
}
