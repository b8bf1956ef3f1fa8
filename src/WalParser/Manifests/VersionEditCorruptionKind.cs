namespace WalParser.Manifests;

/// <summary>The kinds of damage to a <see cref="VersionEdit"/>.</summary>
public enum VersionEditCorruptionKind
{
    /// <summary>"unknown tag": a field that is not known and must not be ignored.</summary>
    UnknownTag,

    /// <summary>"invalid tag": bytes at the end of the record that are no tag.</summary>
    InvalidTag,

    /// <summary>A field whose body does not fit in the record, or is not as its tag demands.</summary>
    BadField,
}
