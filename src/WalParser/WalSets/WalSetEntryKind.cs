namespace WalParser.WalSets;

/// <summary>What a <see cref="WalSetReader"/> has read.</summary>
public enum WalSetEntryKind
{
    /// <summary>Nothing: no read was made yet, or the set is at its end.</summary>
    None,

    /// <summary>A WAL begins: <see cref="WalSetReader.File"/>.</summary>
    FileStart,

    /// <summary>A record: <see cref="WalSetReader.Record"/>.</summary>
    Record,

    /// <summary>Damage: <see cref="WalSetReader.Corruption"/>.</summary>
    Corruption,

    /// <summary>A fragment of a recycled log's earlier life: <see cref="WalSetReader.OldRecord"/>.</summary>
    OldRecord,

    /// <summary>The next record does not continue the one before: <see cref="WalSetReader.Break"/>. That record follows.</summary>
    Break,

    /// <summary>Something between the WALs is not as it should be: <see cref="WalSetReader.Problem"/>.</summary>
    Problem,

    /// <summary>The WAL has ended; <see cref="WalSetReader.Log"/> says where and why.</summary>
    FileEnd,
}
