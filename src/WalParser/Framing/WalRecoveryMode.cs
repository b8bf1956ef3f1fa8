namespace WalParser.Framing;

/// <summary>
/// How much damage is accepted, with RocksDB's names and numbers (<c>WALRecoveryMode</c> in
/// <c>include/rocksdb/options.h</c>). For a reader of one log the modes differ in what is reported at the end of the log
/// and where the log ends; every mode reads on behind damage. What a mode means for a whole database is decided above.
/// </summary>
public enum WalRecoveryMode
{
    /// <summary>
    /// A torn end of the log is no damage. In a recycled log the first fragment that fails its checksum is the end.
    /// </summary>
    TolerateCorruptedTailRecords = 0,

    /// <summary>Everything that is not a whole record is reported, a torn end too.</summary>
    AbsoluteConsistency = 1,

    /// <summary>As <see cref="AbsoluteConsistency"/>. RocksDB's default, and this library's.</summary>
    PointInTimeRecovery = 2,

    /// <summary>
    /// A torn end of the log is no damage, and a fragment left over from a recycled log's earlier life is passed over
    /// instead of ending the log.
    /// </summary>
    SkipAnyCorruptedRecords = 3,
}
