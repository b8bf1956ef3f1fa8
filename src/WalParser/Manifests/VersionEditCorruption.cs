namespace WalParser.Manifests;

/// <summary>Damage to a MANIFEST's record, whose framing is good. The fields before it were read.</summary>
public readonly record struct VersionEditCorruption
{
    /// <summary>What kind of damage it is.</summary>
    public VersionEditCorruptionKind Kind { get; init; }

    /// <summary>Offset in the record, in bytes, of the tag at fault.</summary>
    public int Offset { get; init; }

    /// <summary>How many bytes of the record were not read: from the tag at fault on.</summary>
    public int Bytes { get; init; }

    /// <summary>The tag at fault; 0 if it is none.</summary>
    public uint Tag { get; init; }

    /// <summary>The reason, in RocksDB's words where it has any (<c>db/version_edit.cc</c>).</summary>
    public string Reason { get; init; }
}
