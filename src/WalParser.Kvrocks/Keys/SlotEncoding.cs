namespace WalParser.Kvrocks.Keys;

/// <summary>
/// Whether the keys of a database contain their cluster slot. A server stores the slot in all keys or in none (<c>cluster-enabled</c>).
/// </summary>
public enum SlotEncoding
{
    /// <summary>Not known yet. <see cref="SlotEncodingDetector"/> derives it from the keys.</summary>
    Unknown,

    /// <summary>Keys do not contain their slot.</summary>
    Off,

    /// <summary>Keys contain their slot after the namespace.</summary>
    On,
}
