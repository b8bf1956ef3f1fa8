using System.Text;
using Spectre.Console;
using WalParser.Tool.Output;

namespace WalParser.Tool.Reports;

/// <summary>
/// A table. On a terminal it has lines and colours, or becomes a list of fields a row where the terminal is too narrow for
/// columns; elsewhere it is plain aligned text, for other programs to cut up.
/// </summary>
internal sealed class ReportTable(params (string Name, bool IsNumber)[] columns)
{
    private const int PlainGap = 2;

    // What Spectre puts around a cell: a blank on both sides and a line.
    private const int FrameOfCell = 3;

    private readonly List<(string[] Cells, bool IsMarked)> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="isMarked">Whether it stands out.</param>
    /// <param name="cells">One a column.</param>
    public void Add(bool isMarked, params string[] cells) => _rows.Add((cells, isMarked));

    /// <summary>Writes it as fits what <paramref name="console"/> has at the other end.</summary>
    public void Write(ToolConsole console, TextWriter output)
    {
        if (!console.OutputIsTerminal)
        {
            WritePlain(output);
        }
        else if (Widths().Sum() + (FrameOfCell * columns.Length) + 1 <= console.Width)
        {
            WriteFramed(console, output);
        }
        else
        {
            WriteFields(console, output);
        }
    }

    private int[] Widths() =>
        [.. columns.Select((column, i) => _rows.Select(row => row.Cells[i].GetCellWidth()).Append(column.Name.GetCellWidth()).Max())];

    private void WritePlain(TextWriter output)
    {
        int[] widths = Widths();
        WritePlainLine(output, [.. columns.Select(column => column.Name)], widths);
        foreach ((string[] cells, _) in _rows)
        {
            WritePlainLine(output, cells, widths);
        }
    }

    private void WritePlainLine(TextWriter output, string[] cells, int[] widths)
    {
        var line = new StringBuilder();
        for (int i = 0; i < cells.Length; i++)
        {
            string padding = new(' ', widths[i] - cells[i].GetCellWidth());
            line.Append(columns[i].IsNumber ? padding + cells[i] : cells[i] + padding);
            line.Append(' ', PlainGap);
        }

        output.WriteLine(line.ToString().TrimEnd());
    }

    private void WriteFramed(ToolConsole console, TextWriter output)
    {
        Table table = new Table().RoundedBorder();
        foreach ((string name, bool isNumber) in columns)
        {
            var column = new TableColumn(new Text(name, new Style(decoration: Decoration.Bold))).NoWrap();
            table.AddColumn(isNumber ? column.RightAligned() : column);
        }

        foreach ((string[] cells, bool isMarked) in _rows)
        {
            Style style = isMarked ? new Style(Color.Red) : Style.Plain;
            table.AddRow(cells.Select(cell => new Text(cell, style)));
        }

        SpectreOn(console, output).Write(table);
    }

    private void WriteFields(ToolConsole console, TextWriter output)
    {
        IAnsiConsole spectre = SpectreOn(console, output);
        foreach ((string[] cells, bool isMarked) in _rows)
        {
            spectre.Write(new Text(cells[0] + "\n", new Style(isMarked ? Color.Red : null, decoration: Decoration.Bold)));
            for (int i = 1; i < cells.Length; i++)
            {
                spectre.Write(new Text($"  {columns[i].Name}: {cells[i]}\n"));
            }
        }
    }

    private static IAnsiConsole SpectreOn(ToolConsole console, TextWriter output)
    {
        IAnsiConsole spectre = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = console.UsesColour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = console.UsesColour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        spectre.Profile.Width = console.Width;
        spectre.Profile.Capabilities.Unicode = true;
        return spectre;
    }
}
