using System.Text;
using Spectre.Console;

namespace WalParser.Tool.Output;

/// <summary>
/// A table. On a terminal it has a frame and colours, or becomes a list of fields per row if the terminal is too narrow for the columns.
/// Elsewhere it is plain aligned text that other programs can split.
/// </summary>
internal sealed class ReportTable(params (string Name, bool IsNumber)[] columns)
{
    private const int PlainGap = 2;

    // Spectre puts a blank on both sides of a cell and a line next to it.
    private const int FrameOfCell = 3;

    // Every row of a column takes the width of the longest cell. The longest name of a file is 255 bytes.
    private const int LongestCell = 300;

    private readonly List<(string[] Cells, bool IsMarked)> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="isMarked">Whether the row is highlighted.</param>
    /// <param name="cells">One cell per column.</param>
    public void Add(bool isMarked, params string[] cells) =>
        _rows.Add(([.. cells.Select(cell => ShownText.Of(ShownText.Cut(cell, LongestCell)))], isMarked));

    /// <summary>Writes the table in the form that suits the output.</summary>
    public void Write(ReportOutput output)
    {
        if (output.Terminal is not { } terminal)
        {
            WritePlain(output);
        }
        else if (Widths().Sum() + (FrameOfCell * columns.Length) + 1 <= output.Width)
        {
            WriteFramed(terminal);
        }
        else
        {
            WriteFields(output);
        }
    }

    private int[] Widths() =>
        [.. columns.Select((column, i) => _rows.Select(row => row.Cells[i].GetCellWidth()).Append(column.Name.GetCellWidth()).Max())];

    private void WritePlain(ReportOutput output)
    {
        int[] widths = Widths();
        WritePlainLine(output, [.. columns.Select(column => column.Name)], widths);
        foreach ((string[] cells, _) in _rows)
        {
            WritePlainLine(output, cells, widths);
        }
    }

    private void WritePlainLine(ReportOutput output, string[] cells, int[] widths)
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

    private void WriteFramed(IAnsiConsole terminal)
    {
        Table table = new Table().RoundedBorder();
        foreach ((string name, bool isNumber) in columns)
        {
            TableColumn column = new TableColumn(new Text(name, ReportOutput.Heading)).NoWrap();
            table.AddColumn(isNumber ? column.RightAligned() : column);
        }

        foreach ((string[] cells, bool isMarked) in _rows)
        {
            Style style = isMarked ? ReportOutput.Damage : Style.Plain;
            table.AddRow(cells.Select(cell => new Text(cell, style)));
        }

        terminal.Write(table);
    }

    private void WriteFields(ReportOutput output)
    {
        foreach ((string[] cells, bool isMarked) in _rows)
        {
            output.WriteLine(cells[0], isMarked ? ReportOutput.Damage : ReportOutput.Heading);
            output.WriteFields([.. cells.Select((cell, i) => (columns[i].Name, cell, (Style?)null)).Skip(1)]);
        }
    }
}
