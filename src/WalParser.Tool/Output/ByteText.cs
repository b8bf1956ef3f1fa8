using System.Text;

namespace WalParser.Tool.Output;

/// <summary>Formats bytes for people and parses them: as text if possible, or else as <c>hex:…</c>.</summary>
internal static class ByteText
{
    /// <summary>
    /// The prefix of bytes that are not text. Text that begins with it is written as hex, so that the form is unambiguous.
    /// </summary>
    public const string HexPrefix = "hex:";

    /// <summary>Returns true if the bytes are printable UTF-8 that does not look like hex, so that they can be written unchanged.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.StartsWith("hex:"u8) && IsPrintable(bytes);

    /// <summary>Parses bytes. Returns false if <paramref name="text"/> begins with <c>hex:</c> and is not followed by hex digits.</summary>
    public static bool TryParse(string text, out byte[] bytes)
    {
        if (!text.StartsWith(HexPrefix, StringComparison.Ordinal))
        {
            bytes = Encoding.UTF8.GetBytes(text);
            return true;
        }

        string digits = text[HexPrefix.Length..];
        bool isHex = digits.Length % 2 == 0 && digits.All(char.IsAsciiHexDigit);
        bytes = isHex ? Convert.FromHexString(digits) : [];
        return isHex;
    }

    /// <summary>Returns the first <paramref name="length"/> bytes, or up to three fewer so that no UTF-8 character is split.</summary>
    public static ReadOnlySpan<byte> Shorten(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length <= length)
        {
            return bytes;
        }

        for (int back = 0; back < 4 && back <= length; back++)
        {
            // A byte that does not continue a character starts one, so the bytes can be cut before it.
            if ((bytes[length - back] & 0xC0) != 0x80)
            {
                return bytes[..(length - back)];
            }
        }

        return bytes[..length];
    }

    private static bool IsPrintable(ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            int other = bytes.IndexOfAnyExceptInRange((byte)ShownCharacters.FirstAscii, (byte)ShownCharacters.LastAscii);
            if (other < 0)
            {
                return true;
            }

            bytes = bytes[other..];
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) != System.Buffers.OperationStatus.Done || !ShownCharacters.IsShown(rune))
            {
                return false;
            }

            bytes = bytes[length..];
        }
    }
}
