namespace WalParser.Recovery;

/// <summary>What recovery does with operations of a log on a column family (<c>MemTableInserter::SeekToColumnFamily</c>).</summary>
internal enum FamilyState
{
    /// <summary>They are inserted.</summary>
    Inserted,

    /// <summary>They are skipped: table files have them.</summary>
    Flushed,

    /// <summary>They are skipped: the column family was dropped, or never was.</summary>
    Missing,
}
