namespace WalParser.Fuzz.Tests;

/// <summary>What happens to a log's bytes.</summary>
internal enum DamageKind
{
    /// <summary>Bytes are overwritten by any but zeros.</summary>
    Noise,

    /// <summary>Bytes are overwritten by one, which may be zero.</summary>
    Fill,

    /// <summary>A bit is flipped.</summary>
    Bit,

    /// <summary>The log ends.</summary>
    Cut,

    /// <summary>Bytes come between.</summary>
    Insert,

    /// <summary>Bytes are left out.</summary>
    Remove,

    /// <summary>Bytes come twice.</summary>
    Repeat,

    /// <summary>Fragments, records and operations are changed, under good checksums.</summary>
    Structure,
}
