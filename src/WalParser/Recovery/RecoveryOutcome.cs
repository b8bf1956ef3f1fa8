namespace WalParser.Recovery;

/// <summary>What RocksDB does when it opens a database.</summary>
public enum RecoveryOutcome
{
    /// <summary>It opens the database. Data may be lost: see <see cref="RecoveryResult.IsStopped"/>.</summary>
    Opens,

    /// <summary>It refuses to open the database.</summary>
    Refuses,

    /// <summary>It loops forever.</summary>
    Loops,

    /// <summary>The process ends: by an exception that is not caught, or by an access to memory that is not there.</summary>
    Crashes,
}
