namespace WalParser.Tool.Survey;

/// <summary>What stands behind a log's last record.</summary>
[Flags]
internal enum TailContent
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Nothing but zeros: space that was allocated ahead.</summary>
    Zeros = 1,

    /// <summary>What is left of a recycled log's earlier life.</summary>
    OldRecords = 2,

    /// <summary>A record whose end is missing.</summary>
    TornRecord = 4,

    /// <summary>Bytes that are no records.</summary>
    Garbage = 8,

    /// <summary>Records for readers alone, like timestamp sizes.</summary>
    ControlRecords = 16,
}
