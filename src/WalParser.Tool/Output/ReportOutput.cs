using System.Text;
using Spectre.Console;

namespace WalParser.Tool.Output;

/// <summary>
/// Writes a report for people. On a terminal, lines wrap between words and some are coloured; elsewhere lines are not wrapped. All text is
/// made harmless here; see <see cref="ShownText"/>.
/// </summary>
internal sealed class ReportOutput : IAsyncDisposable
{
    /// <summary>The style of damage.</summary>
    public static readonly Style Damage = new(Color.Red);

    /// <summary>The style of headings.</summary>
    public static readonly Style Heading = new(decoration: Decoration.Bold);

    private const string Indent = "  ";

    private readonly StreamWriter _writer;
    private readonly ToolConsole _console;

    /// <param name="console">The console to write to.</param>
    public ReportOutput(ToolConsole console)
    {
        _console = console;
        _writer = new StreamWriter(console.Output, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
        if (console.OutputIsTerminal)
        {
            Terminal = AnsiConsole.Create(new AnsiConsoleSettings
            {
                Ansi = console.UsesColour ? AnsiSupport.Yes : AnsiSupport.No,
                ColorSystem = console.UsesColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(_writer),
            });
            Terminal.Profile.Width = console.Width;
            Terminal.Profile.Capabilities.Unicode = true;
        }
    }

    /// <summary>The terminal; null if the output is not a terminal.</summary>
    public IAnsiConsole? Terminal { get; }

    /// <summary>The width of the terminal, in columns.</summary>
    public int Width => _console.Width;

    /// <summary>Writes a report in the format that the user has chosen.</summary>
    /// <param name="console">The console to write to.</param>
    /// <param name="format">The format: JSON, or else text.</param>
    /// <param name="writeJson">Writes the report as JSON.</param>
    /// <param name="writeText">Writes the report as text.</param>
    public static async ValueTask WriteAsync(
        ToolConsole console, OutputFormat format, Action<Stream> writeJson, Action<ReportOutput> writeText)
    {
        if (format == OutputFormat.Json)
        {
            writeJson(console.Output);
            return;
        }

        await using var output = new ReportOutput(console);
        writeText(output);
    }

    /// <summary>Writes a line.</summary>
    public void WriteLine(string text = "", Style? style = null)
    {
        text = ShownText.Of(text);
        if (Terminal is null || (style is null && text.GetCellWidth() <= Width))
        {
            _writer.WriteLine(text);
        }
        else
        {
            Terminal.Write(new Text(text + "\n", style));
        }
    }

    /// <summary>Writes an indented line. If it does not fit on the terminal, the continuation lines are indented further.</summary>
    public void WriteIndented(string text)
    {
        text = ShownText.Of(text);
        if (Terminal is null || Indent.Length + text.GetCellWidth() <= Width)
        {
            WriteLine(Indent + text);
            return;
        }

        int room = Math.Max(1, Width - (2 * Indent.Length));
        int line = 0;
        foreach (string part in Wrap(text, room))
        {
            WriteLine((line++ == 0 ? Indent : Indent + Indent) + part);
        }
    }

    /// <summary>
    /// Writes one line per field, with name and value, and aligns the values. A value that does not fit on the terminal continues below its
    /// beginning.
    /// </summary>
    public void WriteFields(IReadOnlyList<(string Name, string Value, Style? Style)> fields)
    {
        int width = fields.Max(field => field.Name.Length) + 1;
        foreach ((string name, string value, Style? style) in fields)
        {
            string start = $"{Indent}{(name + ":").PadRight(width)} ";
            string shown = ShownText.Of(value);
            if (Terminal is null)
            {
                _writer.WriteLine(start + shown);
                continue;
            }

            foreach (string part in Wrap(shown, Math.Max(1, Width - start.Length)))
            {
                _writer.Write(part.Length == 0 ? start.TrimEnd() : start);
                start = new string(' ', start.Length);
                WriteStyled(Terminal, part, style);
                _writer.WriteLine();
            }
        }
    }

    /// <summary>Writes what is buffered to the console.</summary>
    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private void WriteStyled(IAnsiConsole terminal, string text, Style? style)
    {
        if (style is null)
        {
            _writer.Write(text);
        }
        else
        {
            terminal.Write(new Text(text, style));
        }
    }

    /// <summary>Splits text into lines of at most so many columns, between words if possible.</summary>
    private static IEnumerable<string> Wrap(string text, int room)
    {
        while (text.GetCellWidth() > room)
        {
            int fitting = 1;
            while (fitting < text.Length && text[..(fitting + 1)].GetCellWidth() <= room)
            {
                fitting++;
            }

            int blank = text.LastIndexOf(' ', fitting);
            int end = blank > 0 ? blank : char.IsHighSurrogate(text[fitting - 1]) ? fitting + 1 : fitting;
            yield return text[..end];
            text = text[end..].TrimStart(' ');
        }

        yield return text;
    }
}
