using System.Buffers;

namespace WalParser.Tool.Output;

/// <summary>
/// Writes rows of comma-separated values (RFC 4180) that do nothing in a spreadsheet. A spreadsheet takes a cell that begins with one of
/// <c>= + - @</c>, a tab or a carriage return for a formula, quoted or not, so that such text is given an apostrophe as its first
/// character. Numbers are not text; the tool writes none that is negative.
/// </summary>
/// <param name="output">The output.</param>
/// <param name="isRaw">Whether text that begins like a formula is written as it is.</param>
internal sealed class CsvWriter(ByteWriter output, bool isRaw)
{
    private static readonly SearchValues<byte> QuotedCharacters = SearchValues.Create("\",\r\n"u8);

    private bool _isInRow;

    /// <summary>Writes a cell without content.</summary>
    public void WriteEmpty() => BeginCell();

    /// <summary>Writes a number.</summary>
    public void WriteNumber(ulong number)
    {
        BeginCell();
        output.WriteNumber(number);
    }

    /// <summary>Writes text of the tool's own.</summary>
    public void WriteOwn(ReadOnlySpan<byte> text)
    {
        BeginCell();
        output.Write(text);
    }

    /// <summary>Writes text that is harmless except for its first character, as <see cref="ShownText"/> returns it, in UTF-8.</summary>
    public void WriteText(ReadOnlySpan<byte> text)
    {
        BeginCell();
        WriteCell(text);
    }

    /// <summary>
    /// Writes bytes: as text if possible, or else as hex. Text is also written as hex if it begins with an apostrophe and continues like a
    /// formula, so that an apostrophe before a formula is always one that was added.
    /// </summary>
    public void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        BeginCell();
        bool looksEscaped = !isRaw && bytes.StartsWith("'"u8) && IsFormula(bytes[1..]);
        if (ByteText.IsText(bytes) && !looksEscaped)
        {
            WriteCell(bytes);
        }
        else
        {
            output.Write("hex:"u8);
            output.WriteHex(bytes);
        }
    }

    /// <summary>Ends the row.</summary>
    public void EndRow()
    {
        output.Write("\r\n"u8);
        _isInRow = false;
    }

    /// <summary>
    /// Returns true if a spreadsheet can take text for a formula. Some take the full-width forms of the characters for the characters.
    /// </summary>
    private static bool IsFormula(ReadOnlySpan<byte> text) =>
        (!text.IsEmpty && "=+-@\t\r\n"u8.Contains(text[0]))
        || text.StartsWith("＝"u8) || text.StartsWith("＋"u8) || text.StartsWith("－"u8) || text.StartsWith("＠"u8);

    private void BeginCell()
    {
        output.Write(_isInRow ? ","u8 : default);
        _isInRow = true;
    }

    private void WriteCell(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> apostrophe = !isRaw && IsFormula(text) ? "'"u8 : default;
        if (!text.ContainsAny(QuotedCharacters))
        {
            output.Write(apostrophe);
            output.Write(text);
            return;
        }

        output.Write((byte)'"');
        output.Write(apostrophe);
        for (int quote = text.IndexOf((byte)'"'); quote >= 0; quote = text.IndexOf((byte)'"'))
        {
            output.Write(text[..quote]);
            output.Write("\"\""u8);
            text = text[(quote + 1)..];
        }

        output.Write(text);
        output.Write((byte)'"');
    }
}
