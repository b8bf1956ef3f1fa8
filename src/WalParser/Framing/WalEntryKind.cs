namespace WalParser.Framing;

/// <summary>The kinds of entries that a <see cref="WalReader"/> reads.</summary>
public enum WalEntryKind
{
    /// <summary>No entry: nothing was read yet, or the end of the log is reached.</summary>
    None,

    /// <summary>A record, which <see cref="WalReader.Record"/> returns.</summary>
    Record,

    /// <summary>Damage, which <see cref="WalReader.Finding"/> returns.</summary>
    Finding,

    /// <summary>
    /// A fragment of the earlier contents of a recycled file, which <see cref="WalReader.OldRecord"/> returns. It ends the log, except
    /// under <see cref="WalRecoveryMode.SkipAnyCorruptedRecords"/>.
    /// </summary>
    OldRecord,
}
