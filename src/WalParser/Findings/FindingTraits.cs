namespace WalParser.Findings;

/// <summary>What the findings of a kind have in common.</summary>
[Flags]
internal enum FindingTraits
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>RocksDB's own reader does not report them: it loops forever, reports nothing, or does not have such a limit.</summary>
    BeyondRocksDb = 1,

    /// <summary>They are about a file as a whole, not about a place in it.</summary>
    AboutFile = 2,

    /// <summary>They can be about the MANIFEST, or about the file <c>CURRENT</c> that names it.</summary>
    AboutManifest = 4,
}
