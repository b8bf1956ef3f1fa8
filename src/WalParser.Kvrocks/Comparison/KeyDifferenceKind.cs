namespace WalParser.Kvrocks.Comparison;

/// <summary>How a key differs between the logs and the server.</summary>
public enum KeyDifferenceKind
{
    /// <summary>The logs have the key, the server does not.</summary>
    Missing,

    /// <summary>The server has the key, the logs do not, or it has expired there.</summary>
    Extra,

    /// <summary>Both have the key, with other content.</summary>
    Different,
}
