namespace WalParser.Framing;

/// <summary>
/// A major release of RocksDB, whose rules of recovery are applied: those of its last minor release (7.10, 8.11, 9.11, 10.11; 11.12).
/// </summary>
public enum RocksDbRelease
{
    /// <summary>
    /// RocksDB 7. It knows neither timestamp sizes nor predecessors in logs, and it does not stop at the old records of a recycled log.
    /// </summary>
    V7 = 7,

    /// <summary>RocksDB 8. Since 8.3, it reads timestamp sizes; it reports sequence numbers that are too large.</summary>
    V8 = 8,

    /// <summary>
    /// RocksDB 9. It stops at old records (9.1), loops forever on a recyclable record in a log that is not recycled (9.4), and verifies
    /// predecessors and ignores unknown types with bit 7 (9.11).
    /// </summary>
    V9 = 9,

    /// <summary>RocksDB 10. Since 10.1, it refuses sequence numbers that are set back during recovery.</summary>
    V10 = 10,

    /// <summary>RocksDB 11. Since 11.8, it checks wide-column entities when recovery writes them to table files.</summary>
    V11 = 11,
}
