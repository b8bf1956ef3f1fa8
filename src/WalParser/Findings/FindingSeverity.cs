namespace WalParser.Findings;

/// <summary>What a <see cref="Finding"/> means for the data, from the least to the most serious.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing is lost.</summary>
    Note,

    /// <summary>RocksDB would not open the database.</summary>
    Refusal,

    /// <summary>Something that existed is missing.</summary>
    Loss,

    /// <summary>Bytes that were written are not readable.</summary>
    Damage,
}
