namespace WalParser.Salvage;

/// <summary>The records that are salvaged.</summary>
public enum SalvageView
{
    /// <summary>Every readable record, including those after damage and those of logs that RocksDB would no longer read.</summary>
    Everything,

    /// <summary>The records that RocksDB would replay on opening the database; see <see cref="Recovery.RecoveryReader.Open"/>.</summary>
    Recovery,
}
