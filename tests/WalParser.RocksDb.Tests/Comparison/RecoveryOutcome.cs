namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>What becomes of the opening of a database.</summary>
internal enum RecoveryOutcome
{
    /// <summary>It opens.</summary>
    Opens,

    /// <summary>RocksDB refuses to open it.</summary>
    Refuses,

    /// <summary>RocksDB does not end.</summary>
    Loops,

    /// <summary>RocksDB ends the process.</summary>
    Crashes,
}
