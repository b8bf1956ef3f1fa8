using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Manifests;
using WalParser.Tool.Output;

namespace WalParser.Tool.Manifest;

/// <summary>Reads a MANIFEST once, has its edits shown and applies them.</summary>
internal sealed class ManifestRun(IManifestWriter writer)
{
    private readonly ManifestState _state = new();
    private long _damages;
    private int _shownProblems;

    /// <summary>Shows the MANIFEST, and returns the exit code; null, with nothing shown, if it is a WAL by its name and by how it begins.</summary>
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
                writer.Begin(path);
            }

            if (reader.Kind == ManifestEntryKind.Edit)
            {
                writer.WriteEdit(reader.Edit, _state);
                _state.Apply(reader.Edit);
                WriteProblems();
            }
            else
            {
                _damages++;
                writer.WriteCorruption(reader.Corruption);
            }

            progress.Report(reader.Position);
        }

        if (!hasBegun)
        {
            writer.Begin(path);
        }

        if (TornEnd(reader.End!.Value) is { } torn)
        {
            _damages++;
            writer.WriteCorruption(torn);
        }

        _state.Complete(reader.Offset);
        WriteProblems();
        _damages += _state.ProblemCount;
        writer.WriteState(_state, _damages);
        return _damages == 0 ? ExitCode.Clean : ExitCode.Damage;
    }

    /// <summary>A batch has a sequence number of eight bytes where an edit has its first tag.</summary>
    private static bool IsEdit(ManifestReader reader) => reader.Kind == ManifestEntryKind.Edit && reader.Edit.Corruption is null;

    private void WriteProblems()
    {
        for (; _shownProblems < _state.Problems.Count; _shownProblems++)
        {
            writer.WriteProblem(_state.Problems[_shownProblems]);
        }
    }

    /// <summary>RocksDB passes over it, as what a crash leaves; whoever looks here may want to know.</summary>
    private static Finding? TornEnd(WalEnd end)
    {
        FindingKind? kind = end.Reason switch
        {
            WalEndReason.TruncatedHeader => FindingKind.TruncatedHeader,
            WalEndReason.TruncatedBody => FindingKind.TruncatedBody,
            WalEndReason.IncompleteRecord => FindingKind.EndOfFileInRecord,
            _ => null,
        };
        return kind is { } known ? new Finding { Kind = known, Offset = end.Offset, Bytes = end.Bytes } : null;
    }
}
