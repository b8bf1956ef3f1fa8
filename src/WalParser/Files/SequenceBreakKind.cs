namespace WalParser.Files;

/// <summary>The kinds of <see cref="SequenceBreak"/>.</summary>
public enum SequenceBreakKind
{
    /// <summary>Numbers are missing: <see cref="SequenceBreak.Expected"/> to <see cref="SequenceBreak.Found"/> - 1.</summary>
    Gap,

    /// <summary>The batch begins with numbers that came before, and ends with new ones.</summary>
    Overlap,

    /// <summary>All numbers of the batch came before.</summary>
    Duplicate,
}
