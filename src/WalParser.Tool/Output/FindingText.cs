using WalParser.Findings;

namespace WalParser.Tool.Output;

/// <summary>Findings as text for people. The text is the same in every command.</summary>
internal static class FindingText
{
    /// <summary>
    /// Returns one line: <c>FILE, offset N: REASON, DETAIL (M bytes dropped)</c>, as far as the parts are known. See
    /// <see cref="Finding.ToString"/>.
    /// </summary>
    /// <param name="finding">The finding.</param>
    /// <param name="file">The label of the file, such as its path; null for <see cref="Finding.File"/>.</param>
    public static string Of(Finding finding, string? file = null) =>
        ShownText.Of((file is null ? finding : finding with { File = file }).ToString());

    /// <summary>Returns the reason with its details.</summary>
    public static string ReasonOf(Finding finding) =>
        ShownText.Of(finding.Detail is null ? finding.Reason : $"{finding.Reason}, {finding.Detail}");
}
