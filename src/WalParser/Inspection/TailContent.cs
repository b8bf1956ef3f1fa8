namespace WalParser.Inspection;

/// <summary>What a log contains after its last record.</summary>
[Flags]
public enum TailContent
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Only zeros: preallocated space.</summary>
    Zeros = 1,

    /// <summary>Records that are left over from an earlier use of a recycled log.</summary>
    OldRecords = 2,

    /// <summary>A record whose end is missing.</summary>
    TornRecord = 4,

    /// <summary>Bytes that are not records.</summary>
    Garbage = 8,

    /// <summary>Records that only readers use, such as timestamp sizes.</summary>
    ControlRecords = 16,

    /// <summary>A record that is larger than the limit of the reader, so that its fragments were not assembled.</summary>
    RecordTooLarge = 32,

    /// <summary>Records of a log with a greater number, which cannot be left over from an earlier use of the log.</summary>
    RecordsOfLaterLog = 64,
}
