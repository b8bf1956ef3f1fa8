namespace WalParser.Framing;

/// <summary>What a <see cref="WalReader"/> has read.</summary>
public enum WalEntryKind
{
    /// <summary>Nothing: no read was made yet, or the log is at its end.</summary>
    None,

    /// <summary>A record; <see cref="WalReader.Record"/> has it.</summary>
    Record,

    /// <summary>Damage; <see cref="WalReader.Corruption"/> has it.</summary>
    Corruption,

    /// <summary>
    /// A fragment of a recycled log's earlier life; <see cref="WalReader.OldRecord"/> has it. It ends the log, except under
    /// <see cref="WalRecoveryMode.SkipAnyCorruptedRecords"/>.
    /// </summary>
    OldRecord,
}
