namespace WalParser.Kvrocks.ServerRecords;

/// <summary>The kinds of records in the column family <c>search</c>.</summary>
public enum SearchRecordKind
{
    /// <summary>A record that is newer than this library.</summary>
    Other,

    /// <summary>A search index; the value has the type of the keys that it indexes: see <see cref="SearchRecord.TryReadType"/>.</summary>
    Index,

    /// <summary>The prefixes of the keys that are indexed; the value is read by <see cref="SearchRecord.ReadPrefixes"/>.</summary>
    Prefixes,

    /// <summary>A field of the schema; the value is read by <see cref="SearchField.TryRead"/>.</summary>
    Field,

    /// <summary>A key that has a tag in a field.</summary>
    Tag,

    /// <summary>A key that has a number in a field.</summary>
    Number,

    /// <summary>A key that has a vector in a field, as a node of the graph of a level.</summary>
    VectorNode,

    /// <summary>An edge of the graph of a level, from a key to another one.</summary>
    VectorEdge,

    /// <summary>Another name of a field.</summary>
    Alias,
}
