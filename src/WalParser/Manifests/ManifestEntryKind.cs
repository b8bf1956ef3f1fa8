namespace WalParser.Manifests;

/// <summary>What a <see cref="ManifestReader"/> has read.</summary>
public enum ManifestEntryKind
{
    /// <summary>Nothing: no read was made yet, or the MANIFEST is at its end.</summary>
    None,

    /// <summary>An edit; <see cref="ManifestReader.Edit"/> has it. It may be damaged itself: <see cref="VersionEdit.Corruption"/>.</summary>
    Edit,

    /// <summary>Damage to the framing; <see cref="ManifestReader.Corruption"/> has it.</summary>
    Corruption,
}
