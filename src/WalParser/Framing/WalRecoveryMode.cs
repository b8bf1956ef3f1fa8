namespace WalParser.Framing;

/// <summary>
/// The recovery modes, with the names and numbers of RocksDB (<c>WALRecoveryMode</c> in <c>include/rocksdb/options.h</c>). For a reader of
/// one log, the modes differ in the damage that is reported at the end of the log, and in where the log ends; in every mode, reading
/// continues after damage. The effect of a mode on a whole database is implemented above this layer.
/// </summary>
public enum WalRecoveryMode
{
    /// <summary>
    /// A torn end of the log is not damage. In a recycled log, the first fragment whose checksum does not match is the end.
    /// </summary>
    TolerateCorruptedTailRecords = 0,

    /// <summary>Everything that is not a whole record is reported, including a torn end.</summary>
    AbsoluteConsistency = 1,

    /// <summary>The same as <see cref="AbsoluteConsistency"/> for one log. The default of RocksDB and of this library.</summary>
    PointInTimeRecovery = 2,

    /// <summary>
    /// A torn end of the log is not damage, and a fragment that is left over from the earlier contents of a recycled file is skipped
    /// instead of ending the log.
    /// </summary>
    SkipAnyCorruptedRecords = 3,
}
