namespace WalParser.Manifests;

/// <summary>The kinds of entries that a <see cref="ManifestReader"/> reads.</summary>
public enum ManifestEntryKind
{
    /// <summary>No entry: no read was made yet, or the MANIFEST is at its end.</summary>
    None,

    /// <summary>An edit: <see cref="ManifestReader.Edit"/>. The edit itself may be damaged: <see cref="VersionEdit.Finding"/>.</summary>
    Edit,

    /// <summary>Damage to the framing: <see cref="ManifestReader.Finding"/>.</summary>
    Finding,
}
