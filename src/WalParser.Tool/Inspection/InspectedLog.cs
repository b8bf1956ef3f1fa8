using WalParser.Findings;
using WalParser.Inspection;
using WalParser.Tool.Inputs;

namespace WalParser.Tool.Inspection;

/// <summary>The inspection of a log of the command line.</summary>
/// <param name="Input">The log.</param>
/// <param name="FamilyNames">The names of its column families, as far as known.</param>
/// <param name="Log">The inspection.</param>
internal sealed record InspectedLog(WalInput Input, FamilyNames FamilyNames, LogInspection Log)
{
    /// <summary>Whether the database of the log has a MANIFEST, which names its column families.</summary>
    public bool HasManifest => FamilyNames.All.Any();

    /// <summary>The findings that are kept, with the name of the log that all output has.</summary>
    public IReadOnlyList<Finding> Findings { get; } =
        Input.ReportedName == Input.Name
            ? Log.Findings.Kept
            : [.. Log.Findings.Kept.Select(finding => finding with { File = Input.ReportedName })];
}
