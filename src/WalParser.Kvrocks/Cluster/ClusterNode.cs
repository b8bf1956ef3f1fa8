namespace WalParser.Kvrocks.Cluster;

/// <summary>The address of a node of a cluster.</summary>
internal sealed record ClusterNode(string Host, int Port)
{
    public override string ToString() =>
        Host.Contains(':', StringComparison.Ordinal)
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Host}:{Port}");

    /// <summary>Returns whether a text can be the name or the address of a host, so that it may be connected to and shown.</summary>
    public static bool IsHost(string text) =>
        text.Length is > 0 and <= 255 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ':' or '%');
}
