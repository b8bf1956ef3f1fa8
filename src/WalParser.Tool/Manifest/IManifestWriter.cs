using WalParser.Findings;
using WalParser.Manifests;

namespace WalParser.Tool.Manifest;

/// <summary>Writes what a MANIFEST holds, in one of the formats.</summary>
internal interface IManifestWriter
{
    /// <summary>The MANIFEST begins.</summary>
    /// <param name="path">Its path.</param>
    void Begin(string path);

    /// <summary>An edit, before it is applied.</summary>
    void WriteEdit(VersionEdit edit, ManifestState state);

    /// <summary>Damage to the framing, or a torn end.</summary>
    void WriteCorruption(Finding damage);

    /// <summary>Something that does not fit to what was before.</summary>
    void WriteProblem(Finding problem);

    /// <summary>What the edits come to.</summary>
    /// <param name="state">That.</param>
    /// <param name="damages">How many corruptions and problems there were.</param>
    void WriteState(ManifestState state, long damages);
}
