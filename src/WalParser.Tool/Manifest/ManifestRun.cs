using WalParser.Findings;
using WalParser.Framing;
using WalParser.IO;
using WalParser.Manifests;
using WalParser.Tool.Output;

namespace WalParser.Tool.Manifest;

/// <summary>Reads a MANIFEST once, writes its edits and applies them.</summary>
internal sealed class ManifestRun(IManifestWriter writer)
{
    private readonly ManifestState _state = new();
    private long _damages;
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
                writer.WriteFinding(reader.Finding);
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
            writer.WriteFinding(torn);
        }

        _state.Complete(reader.Offset);
        WriteProblems();
        _damages += _state.FindingCount;
        writer.WriteState(_state, _damages);
        return _damages == 0 ? ExitCode.Clean : ExitCode.Damage;
    }

    /// <summary>Returns true if the entry is an edit. A batch begins with a sequence number of eight bytes, an edit with a tag.</summary>
    private static bool IsEdit(ManifestReader reader) => reader.Kind == ManifestEntryKind.Edit && reader.Edit.Finding is null;

    private void WriteProblems()
    {
        for (; _shownProblems < _state.Findings.Count; _shownProblems++)
        {
            writer.WriteFinding(_state.Findings[_shownProblems]);
        }
    }

    /// <summary>
    /// Returns the damage of a torn end. RocksDB ignores it, because a crash leaves such an end, but this command reports it.
    /// </summary>
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
