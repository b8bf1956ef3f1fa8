namespace WalParser.Fuzz.Tests;

/// <summary>A kind of damage to the bytes of a log.</summary>
internal enum DamageKind
{
    /// <summary>Bytes are overwritten with random bytes other than zero.</summary>
    Noise,

    /// <summary>Bytes are overwritten with one repeated byte, which may be zero.</summary>
    Fill,

    /// <summary>A bit is flipped.</summary>
    Bit,

    /// <summary>The log is truncated.</summary>
    Cut,

    /// <summary>Bytes are inserted.</summary>
    Insert,

    /// <summary>Bytes are removed.</summary>
    Remove,

    /// <summary>Bytes are duplicated.</summary>
    Repeat,

    /// <summary>Fragments, records and operations are changed, and the checksums are valid.</summary>
    Structure,
}
