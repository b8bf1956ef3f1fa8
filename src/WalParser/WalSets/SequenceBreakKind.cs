namespace WalParser.WalSets;

/// <summary>The kinds of <see cref="SequenceBreak"/>.</summary>
public enum SequenceBreakKind
{
    /// <summary>Numbers are missing: those from where the numbers had come to so far up to <see cref="SequenceBreak.Found"/> - 1.</summary>
    Gap,

    /// <summary>The batch begins with numbers that came before, and ends with new ones.</summary>
    Overlap,

    /// <summary>All numbers of the batch came before.</summary>
    Duplicate,

    /// <summary>Behind an overlap or a duplicate, the numbers leap forward again, but not beyond where they had come to: none is missing.</summary>
    Return,
}
