namespace WalParser.Kvrocks.Keys;

/// <summary>Whether the keys of a database carry their cluster slot: a server does that for all keys or for none (<c>cluster-enabled</c>).</summary>
public enum SlotEncoding
{
    /// <summary>Not known yet; to be found out from the keys.</summary>
    Unknown,

    /// <summary>Keys carry no slot.</summary>
    Off,

    /// <summary>Keys carry their slot behind the namespace.</summary>
    On,
}
