namespace WalParser.Framing;

/// <summary>Why a log ended where it did.</summary>
public enum WalEndReason
{
    /// <summary>The input ended behind a whole record, or behind zeros.</summary>
    EndOfFile,

    /// <summary>The input ended with fewer bytes than a fragment's header has.</summary>
    TruncatedHeader,

    /// <summary>The input ended before the fragment did.</summary>
    TruncatedBody,

    /// <summary>The input ended before the record did.</summary>
    IncompleteRecord,

    /// <summary>A fragment with another log number: from here on the file holds what is left of its earlier life.</summary>
    OldRecord,

    /// <summary>
    /// A fragment of a recycled log that fails its checksum, taken for the end under
    /// <see cref="WalRecoveryMode.TolerateCorruptedTailRecords"/>.
    /// </summary>
    CorruptedTail,
}
