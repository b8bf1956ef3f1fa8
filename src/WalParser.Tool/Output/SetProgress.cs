using WalParser.Databases;
using WalParser.WalSets;

namespace WalParser.Tool.Output;

/// <summary>Passes the progress of reading a set to the line that shows it.</summary>
/// <param name="line">The line.</param>
/// <param name="labelOf">Returns the label of a WAL.</param>
internal sealed class SetProgress(ProgressLine line, Func<WalFile, string> labelOf) : IProgress<WalSetProgress>
{
    private WalFile? _file;
    private long _position;

    public void Report(WalSetProgress value)
    {
        if (_file != value.File)
        {
            line.EndFile(_position);
            line.BeginFile(labelOf(value.File));
            _file = value.File;
        }

        _position = value.Position;
        line.Report(value.Position);
    }

    /// <summary>Ends the last log of the set.</summary>
    public void End() => line.EndFile(_position);
}
