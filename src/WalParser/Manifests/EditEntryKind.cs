namespace WalParser.Manifests;

/// <summary>The kinds of fields of which an edit may contain any number.</summary>
internal enum EditEntryKind
{
    /// <summary>A field of which an edit contains one.</summary>
    None,

    /// <summary>A <see cref="NewTableFile"/>.</summary>
    NewFile,

    /// <summary>A <see cref="Manifests.DeletedTableFile"/>.</summary>
    DeletedFile,

    /// <summary>A <see cref="Manifests.CompactionCursor"/>.</summary>
    CompactionCursor,

    /// <summary>A <see cref="Manifests.BlobFileAddition"/>.</summary>
    BlobFileAddition,

    /// <summary>A <see cref="Manifests.BlobFileGarbage"/>.</summary>
    BlobFileGarbage,

    /// <summary>A <see cref="Manifests.WalAddition"/>.</summary>
    WalAddition,

    /// <summary>An <see cref="IgnoredField"/>.</summary>
    Ignored,
}
