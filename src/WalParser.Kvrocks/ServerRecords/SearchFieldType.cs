namespace WalParser.Kvrocks.ServerRecords;

/// <summary>The types of the fields of a search index. The numbers are those that Kvrocks stores.</summary>
public enum SearchFieldType : byte
{
    /// <summary>Tags, separated by a character.</summary>
    Tag = 1,

    /// <summary>A number.</summary>
    Numeric = 2,

    /// <summary>A vector.</summary>
    Vector = 3,
}
