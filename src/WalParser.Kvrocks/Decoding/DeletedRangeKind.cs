namespace WalParser.Kvrocks.Decoding;

/// <summary>What a range deletion deletes.</summary>
public enum DeletedRangeKind
{
    /// <summary>The stored keys between two bounds that have no other meaning.</summary>
    Other,

    /// <summary>All keys of a namespace (FLUSHDB).</summary>
    Namespace,

    /// <summary>All keys of some slots of a namespace (the clearing or the import of slots).</summary>
    Slots,

    /// <summary>The keys between two keys (FLUSHALL: from the first existing key to the last one).</summary>
    Keys,

    /// <summary>All elements of a version of a key (TDIGEST.RESET and TDIGEST.MERGE).</summary>
    AllElements,

    /// <summary>The elements of a version of a key between two elements.</summary>
    Elements,

    /// <summary>The entries of a version of a stream between two ids (XADD MAXLEN, XTRIM).</summary>
    StreamEntries,

    /// <summary>The schema of a search index (FT.DROPINDEX).</summary>
    SearchFields,

    /// <summary>The content of a search index (FT.DROPINDEX).</summary>
    SearchContent,

    /// <summary>All scripts (SCRIPT FLUSH).</summary>
    Scripts,

    /// <summary>The code of all libraries of functions (FUNCTION FLUSH).</summary>
    Libraries,

    /// <summary>All functions (FUNCTION FLUSH).</summary>
    Functions,
}
