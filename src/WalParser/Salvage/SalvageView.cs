namespace WalParser.Salvage;

/// <summary>What is salvaged.</summary>
public enum SalvageView
{
    /// <summary>Every record that can be read, also behind damage, and of logs that RocksDB would no longer look at.</summary>
    Everything,

    /// <summary>What RocksDB would replay on opening the database: <see cref="Recovery.RecoveryReader.Open"/>.</summary>
    Recovery,
}
