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

    /// <summary>Damage to the framing of a WAL: <see cref="WalSetReader.Finding"/>.</summary>
    LogFinding,

    /// <summary>A fragment that an earlier use of a recycled log left: <see cref="WalSetReader.OldRecord"/>.</summary>
    OldRecord,

    /// <summary>
    /// The next record does not continue the sequence numbers of the record before it: <see cref="WalSetReader.SequenceFinding"/>. The
    /// record is the next entry.
    /// </summary>
    SequenceFinding,

    /// <summary>A finding about the files of the database, or between its WALs: <see cref="WalSetReader.Finding"/>.</summary>
    DatabaseFinding,

    /// <summary>The end of a WAL; <see cref="WalSetReader.Log"/> states its position and reason.</summary>
    FileEnd,
}
