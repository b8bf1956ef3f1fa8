namespace WalParser.Framing;

/// <summary>The reasons why a log ends.</summary>
public enum WalEndReason
{
    /// <summary>The input ends after a whole record, or after zeros.</summary>
    EndOfFile,

    /// <summary>The input ends with fewer bytes than the header of a fragment needs.</summary>
    TruncatedHeader,

    /// <summary>The input ends within a fragment.</summary>
    TruncatedBody,

    /// <summary>The input ends within a record.</summary>
    IncompleteRecord,

    /// <summary>A fragment with another log number: the rest of the file is left over from its earlier contents.</summary>
    OldRecord,

    /// <summary>
    /// A fragment of a recycled log whose checksum does not match, which <see cref="WalRecoveryMode.TolerateCorruptedTailRecords"/> treats
    /// as the end.
    /// </summary>
    CorruptedTail,
}
