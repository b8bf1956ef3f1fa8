using WalParser.Findings;
using WalParser.IO;
using WalParser.Manifests;
using WalParser.Tool.Output;

namespace WalParser.Tool.Manifest;

/// <summary>Reads a MANIFEST once, writes its edits and applies them.</summary>
/// <param name="writer">The writer.</param>
/// <param name="findings">The findings about the choice of the MANIFEST in its folder.</param>
internal sealed class ManifestRun(IManifestWriter writer, IReadOnlyList<Finding> findings)
{
    private readonly ManifestState _state = new();
    private readonly NextLines _next = new("'walparser manifest'");
    private long _problems;
    private int _exitCode = ExitCode.Clean;
    private int _shownProblems;

    /// <summary>
    /// Writes the MANIFEST and returns the exit code. Returns null and writes nothing if the name and the beginning of the file are those
    /// of a WAL.
    /// </summary>
    public async Task<int?> ShowAsync(string path, int maxEditSize, ProgressLine progress, CancellationToken cancellationToken)
    {
        await using ManifestReader reader = ManifestReader.Open(path, maxEditSize);
        progress.BeginFile(Path.GetFileName(path));
        bool hasBegun = false;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (!hasBegun)
            {
                if (WalFileName.TryGetLogNumber(path, out _) && !IsEdit(reader))
                {
                    return null;
                }

                hasBegun = true;
                Begin(path);
            }

            if (reader.Kind == ManifestEntryKind.Edit)
            {
                writer.WriteEdit(reader.Edit, _state);
                _state.Apply(reader.Edit);
                WriteProblems();
            }
            else
            {
                Write(InManifest(reader.Finding));
            }

            progress.Report(reader.Position);
        }

        if (!hasBegun)
        {
            Begin(path);
        }

        if (reader.TornEnd is { } torn)
        {
            Write(torn);
        }

        _state.Complete(reader.Offset);
        WriteProblems();

        // Of very many, the state keeps the first ones.
        _problems += _state.FindingCount - _state.Findings.Count;
        writer.WriteState(_state, _problems, _next);
        return _exitCode;
    }

    /// <summary>Returns true if the entry is an edit. A batch begins with a sequence number of eight bytes, an edit with a tag.</summary>
    private static bool IsEdit(ManifestReader reader) => reader.Kind == ManifestEntryKind.Edit && reader.Edit.Finding is null;

    /// <summary>
    /// Returns damage to the framing as damage of a MANIFEST, which RocksDB does not read on; what helps a log does not help here.
    /// </summary>
    private static Finding InManifest(Finding found) => found.Kind == FindingKind.RecordTooLarge
        ? found with { File = null }
        : new Finding
        {
            Kind = FindingKind.ManifestFraming,
            Offset = found.Offset,
            Bytes = found.Bytes,
            Reason = found.Reason,
            Detail = found.Detail,
        };

    private void Begin(string path)
    {
        writer.Begin(path);
        foreach (Finding finding in findings)
        {
            Write(finding);
        }
    }

    private void WriteProblems()
    {
        for (; _shownProblems < _state.Findings.Count; _shownProblems++)
        {
            Write(_state.Findings[_shownProblems]);
        }
    }

    private void Write(Finding finding)
    {
        _problems += finding.Severity == FindingSeverity.Note ? 0 : 1;
        _exitCode = Math.Max(_exitCode, ExitCode.Of(finding));
        _next.Add(finding);
        writer.WriteFinding(finding);
    }
}
