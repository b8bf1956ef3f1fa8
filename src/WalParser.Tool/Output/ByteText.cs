using System.Globalization;
using System.Text;

namespace WalParser.Tool.Output;

/// <summary>How bytes are shown to people, and taken from them: as text where that is possible, else as <c>hex:…</c>.</summary>
internal static class ByteText
{
    /// <summary>What bytes that are not text begin with; text that begins so is itself written as hex, to be unambiguous.</summary>
    public const string HexPrefix = "hex:";

    private const byte FirstPrintable = 0x20;
    private const byte LastPrintable = 0x7E;

    /// <summary>Whether the bytes can stand as they are: printable UTF-8 that nobody could take for hex.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes) => !bytes.StartsWith("hex:"u8) && IsPrintable(bytes);

    /// <summary>The bytes that <paramref name="text"/> stands for; false if it begins with <c>hex:</c> and no hex follows.</summary>
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

    /// <summary>The first <paramref name="length"/> bytes, or up to three fewer so as not to cut a UTF-8 character in two.</summary>
    public static ReadOnlySpan<byte> Shorten(ReadOnlySpan<byte> bytes, int length)
    {
        if (bytes.Length <= length)
        {
            return bytes;
        }

        for (int back = 0; back < 4 && back <= length; back++)
        {
            // A byte that does not go on with a character starts one: the cut may be made before it.
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
            int other = bytes.IndexOfAnyExceptInRange(FirstPrintable, LastPrintable);
            if (other < 0)
            {
                return true;
            }

            bytes = bytes[other..];
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) != System.Buffers.OperationStatus.Done || !IsPrintable(rune))
            {
                return false;
            }

            bytes = bytes[length..];
        }
    }

    /// <summary>Not printable is what does not show, and what would tamper with a terminal or the order of its text.</summary>
    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.Surrogate);
}
