namespace WalParser.Tool.Output;

/// <summary>Bytes in a line for people: as text where that is possible, else as hex, and cut if they are many.</summary>
internal static class ShownBytes
{
    /// <summary>How many bytes of a key or value are shown.</summary>
    public const int LongestShown = 256;

    /// <summary>Writes them.</summary>
    public static void Write(ByteWriter output, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> shown = ByteText.Shorten(bytes, LongestShown);
        bool isCut = shown.Length < bytes.Length;
        if (ByteText.IsText(shown))
        {
            WriteText(output, shown, isCut);
        }
        else
        {
            shown = bytes[..Math.Min(bytes.Length, LongestShown)];
            output.Write("hex:"u8);
            output.WriteHex(shown);
        }

        if (isCut)
        {
            output.Write("... ("u8);
            output.WriteGrouped(bytes.Length);
            output.Write(" bytes)"u8);
        }
    }

    /// <summary>Quoted where it would otherwise run into what stands around it.</summary>
    private static void WriteText(ByteWriter output, ReadOnlySpan<byte> text, bool isCut)
    {
        if (!text.IsEmpty && !isCut && text.IndexOfAny(" \"\\"u8) < 0)
        {
            output.Write(text);
            return;
        }

        output.Write((byte)'"');
        for (int special = text.IndexOfAny("\"\\"u8); special >= 0; special = text.IndexOfAny("\"\\"u8))
        {
            output.Write(text[..special]);
            output.Write((byte)'\\');
            output.Write(text[special]);
            text = text[(special + 1)..];
        }

        output.Write(text);
        output.Write((byte)'"');
    }
}
