using WalParser.Kvrocks.Elements;

namespace WalParser.Tool.Output;

/// <summary>Writes bytes in a line for people: as text if possible, or else as hex. Long bytes are cut.</summary>
internal static class ShownBytes
{
    /// <summary>The maximum number of bytes of a key or value that are shown.</summary>
    public const int LongestShown = 256;

    /// <summary>Writes bytes.</summary>
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

    /// <summary>Writes the fields and values of a stream entry, after a blank.</summary>
    /// <param name="output">The output.</param>
    /// <param name="entry">The stored value of the entry.</param>
    public static void WriteFields(ByteWriter output, ReadOnlySpan<byte> entry)
    {
        output.Write(" fields=["u8);
        bool isFirst = true;
        foreach (ReadOnlySpan<byte> part in new StreamEntryFields(entry))
        {
            output.Write(isFirst ? default : " "u8);
            Write(output, part);
            isFirst = false;
        }

        output.Write("]"u8);
    }

    /// <summary>Writes text, with quotes if it is empty, cut, or contains characters that delimit it.</summary>
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
