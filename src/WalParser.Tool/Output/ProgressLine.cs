using System.Globalization;
using Spectre.Console;

namespace WalParser.Tool.Output;

/// <summary>
/// One line on the terminal that shows the progress of a command that has run for more than a second. The line is cleared before every
/// message and at the end.
/// </summary>
internal sealed class ProgressLine : IDisposable
{
    // The clock is read once per so many bytes, because a look at it costs more than a small record.
    private const long BytesBetweenLooks = 1 << 20;
    private const double SecondsToFirst = 1;
    private const double SecondsBetween = 0.1;
    private const string ClearLine = "\r\e[K";

    private readonly ToolConsole _console;
    private readonly long? _totalBytes;
    private readonly bool _isShown;
    private readonly long _start;
    private long _lastDrawn;
    private long _lastLook;
    private long _bytesBefore;
    private string _label = "";
    private bool _isOnScreen;

    /// <param name="console">The console.</param>
    /// <param name="isWanted">Whether the line is shown if standard error is a terminal.</param>
    /// <param name="totalBytes">The total size of the input, in bytes, if it is known.</param>
    public ProgressLine(ToolConsole console, bool isWanted, long? totalBytes)
    {
        _console = console;
        _totalBytes = totalBytes > 0 ? totalBytes : null;
        _isShown = isWanted && console.ErrorIsTerminal;
        _start = _lastDrawn = console.Clock.GetTimestamp();
        console.Progress = this;
    }

    /// <summary>Begins the next file.</summary>
    public void BeginFile(string label)
    {
        _label = ShownText.Of(label);
        _lastLook = 0;
    }

    /// <summary>Ends the file.</summary>
    public void EndFile(long size) => _bytesBefore += size;

    /// <summary>Sets the position in the file, in bytes, and redraws the line if it is due.</summary>
    public void Report(long position)
    {
        if (_isShown && position - _lastLook >= BytesBetweenLooks)
        {
            _lastLook = position;
            double seconds = _console.Clock.GetElapsedTime(_start).TotalSeconds;
            if (seconds >= SecondsToFirst && _console.Clock.GetElapsedTime(_lastDrawn).TotalSeconds >= SecondsBetween)
            {
                _lastDrawn = _console.Clock.GetTimestamp();
                Draw(_bytesBefore + position, seconds);
            }
        }
    }

    /// <summary>Redraws the line if it is due, for a progress that is not measured in bytes.</summary>
    /// <param name="line">Returns the line for the seconds since the beginning.</param>
    public void Show(Func<double, string> line)
    {
        if (!_isShown)
        {
            return;
        }

        double seconds = _console.Clock.GetElapsedTime(_start).TotalSeconds;
        if (seconds >= SecondsToFirst && _console.Clock.GetElapsedTime(_lastDrawn).TotalSeconds >= SecondsBetween)
        {
            _lastDrawn = _console.Clock.GetTimestamp();
            Draw(line(seconds));
        }
    }

    /// <summary>Removes the line from the screen.</summary>
    public void Clear()
    {
        if (_isOnScreen)
        {
            _console.Error.Write(ClearLine);
            _isOnScreen = false;
        }
    }

    public void Dispose()
    {
        Clear();
        _console.Progress = null;
    }

    private void Draw(long bytes, double seconds)
    {
        const double Megabyte = 1e6;
        string line = _totalBytes is { } total
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Min(100, 100.0 * bytes / total),3:0}% of {total / Megabyte:N0} MB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / Megabyte:N0} MB");
        Draw(line + string.Create(CultureInfo.InvariantCulture, $", {bytes / Megabyte / seconds:N0} MB/s, {_label}"));
    }

    private void Draw(string line)
    {
        // A wrapped line could not be cleared. Some terminals wrap at the last column, so it stays free.
        int width = Math.Max(1, _console.Width - 1);
        _console.Error.Write(ClearLine + Fit(line, width));
        _isOnScreen = true;
    }

    /// <summary>Returns the beginning of a line that fits in so many columns. Some characters take two.</summary>
    private static string Fit(string line, int width)
    {
        if (line.Length > width)
        {
            line = line[..(char.IsHighSurrogate(line[width - 1]) ? width - 1 : width)];
        }

        while (line.GetCellWidth() > width)
        {
            line = line[..^(line.Length > 1 && char.IsLowSurrogate(line[^1]) ? 2 : 1)];
        }

        return line;
    }
}
