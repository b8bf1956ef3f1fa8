namespace WalParser.RocksDb.Tests.Comparison;

/// <summary>The outcome of opening a database.</summary>
internal enum RecoveryOutcome
{
    /// <summary>The database opens.</summary>
    Opens,

    /// <summary>RocksDB refuses to open it.</summary>
    Refuses,

    /// <summary>RocksDB loops without end.</summary>
    Loops,

    /// <summary>RocksDB ends the process.</summary>
    Crashes,
}
