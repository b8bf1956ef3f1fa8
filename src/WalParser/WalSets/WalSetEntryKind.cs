namespace WalParser.WalSets;

/// <summary>The kinds of entries that a <see cref="WalSetReader"/> reads.</summary>
public enum WalSetEntryKind
{
    /// <summary>No entry: no read was made yet, or the set is at its end.</summary>
    None,

    /// <summary>The beginning of a WAL: <see cref="WalSetReader.File"/>.</summary>
    FileStart,

    /// <summary>A record: <see cref="WalSetReader.Record"/>.</summary>
    Record,

    /// <summary>Damage: <see cref="WalSetReader.Corruption"/>.</summary>
    Corruption,

    /// <summary>A fragment that an earlier use of a recycled log left: <see cref="WalSetReader.OldRecord"/>.</summary>
    OldRecord,

    /// <summary>
    /// A break: the next record does not continue the one before it: <see cref="WalSetReader.Break"/>. That record is the next entry.
    /// </summary>
    Break,

    /// <summary>A problem with a WAL, or between WALs: <see cref="WalSetReader.Problem"/>.</summary>
    Problem,

    /// <summary>The end of a WAL; <see cref="WalSetReader.Log"/> states its position and reason.</summary>
    FileEnd,
}
