using System.Globalization;
using WalParser.Findings;

namespace WalParser.Tool.Output;

/// <summary>Findings as text for people, without the file.</summary>
internal static class FindingText
{
    /// <summary>Returns the offset, the reason and the number of dropped bytes.</summary>
    public static string Of(Finding finding) => string.Create(
        CultureInfo.InvariantCulture,
        $"offset {finding.Offset:N0}: {ReasonOf(finding)} ({finding.Bytes:N0} {(finding.Bytes == 1 ? "byte" : "bytes")} dropped)");

    /// <summary>Returns the reason with its details.</summary>
    public static string ReasonOf(Finding finding) => finding.Detail is null ? finding.Reason : $"{finding.Reason}, {finding.Detail}";
}
