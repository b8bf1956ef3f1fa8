using WalParser.Findings;
using WalParser.Manifests;
using WalParser.Tool.Output;

namespace WalParser.Tool.Manifest;

/// <summary>Writes the contents of a MANIFEST in one of the formats.</summary>
internal interface IManifestWriter
{
    /// <summary>Begins the MANIFEST.</summary>
    /// <param name="path">The path of the MANIFEST.</param>
    void Begin(string path);

    /// <summary>Writes an edit before it is applied.</summary>
    void WriteEdit(VersionEdit edit, ManifestState state);

    /// <summary>Writes damage to the framing, a torn end, or a contradiction between an edit and those before it.</summary>
    void WriteFinding(Finding finding);

    /// <summary>Writes the state that results from the edits.</summary>
    /// <param name="state">The state.</param>
    /// <param name="problems">The number of findings that are more serious than notes.</param>
    /// <param name="next">What to do next. In the output for programs, each finding has its advice.</param>
    void WriteState(ManifestState state, long problems, NextLines next);
}
