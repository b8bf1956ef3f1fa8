using WalParser.Kvrocks.Comparison;

namespace WalParser.Tool.Compare;

/// <summary>Writes what a comparison finds.</summary>
internal interface ICompareWriter
{
    /// <summary>Writes a key that is not the same, at once: a comparison may take hours.</summary>
    void Write(KeyDifference difference);

    /// <summary>Writes what could not be compared, and the counts.</summary>
    /// <param name="result">The result.</param>
    /// <param name="uncompared">What could not be compared and is reported.</param>
    void WriteResult(ComparisonResult result, IReadOnlyList<Uncompared> uncompared);
}
