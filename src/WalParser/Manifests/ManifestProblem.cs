using System.Globalization;

namespace WalParser.Manifests;

/// <summary>Something wrong with a MANIFEST. What is at fault was passed over.</summary>
/// <param name="Kind">What.</param>
/// <param name="Offset">Where in the MANIFEST, in bytes: the edit's record, or the damaged fragment.</param>
/// <param name="Reason">The reason for people, in one line.</param>
public readonly record struct ManifestProblem(ManifestProblemKind Kind, long Offset, string Reason)
{
    /// <summary>One line: offset, reason.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"offset {Offset}: {Reason}");
}
