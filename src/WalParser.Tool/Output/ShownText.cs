using System.Buffers;
using System.Globalization;
using System.Text;

namespace WalParser.Tool.Output;

/// <summary>
/// Makes text harmless that is shown to people and comes from elsewhere: file names, column family names, reasons, replies of servers. The
/// result is one line.
/// </summary>
internal static class ShownText
{
    /// <summary>The greatest number of characters of a name that are shown.</summary>
    public const int LongestName = 60;

    /// <summary>
    /// The greatest number of characters of a text that are shown. A reason can contain a name from a MANIFEST, which has any length.
    /// </summary>
    public const int LongestText = 4096;

    /// <summary>
    /// Returns the text with an escape in place of each character that is not shown: <c>\x1b</c>, <c>\u202e</c>, <c>\U000e0001</c>. Text
    /// that is longer than <see cref="LongestText"/> is cut.
    /// </summary>
    public static string Of(string text) => Escaped(Cut(RawPaths.Restore(text), LongestText));

    /// <summary>
    /// Returns a name, such as that of a column family, as <see cref="Of"/> does. Only the first characters of a long name are shown, and
    /// its length.
    /// </summary>
    public static string OfName(string name) => Escaped(Cut(name, LongestName));

    /// <summary>Returns the beginning of a text and its length, or the text if it is not longer than that.</summary>
    /// <param name="text">The text.</param>
    /// <param name="longest">The greatest length, in UTF-16 code units, that is not cut.</param>
    public static string Cut(string text, int longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        int end = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return string.Create(CultureInfo.InvariantCulture, $"{text[..end]}... ({text.Length} characters)");
    }

    private static string Escaped(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(ShownCharacters.FirstAscii, ShownCharacters.LastAscii))
        {
            return text;
        }

        var shown = new StringBuilder(text.Length + 16);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            bool isCharacter = Rune.DecodeFromUtf16(rest, out Rune character, out int length) == OperationStatus.Done;
            if (isCharacter && ShownCharacters.IsShown(character))
            {
                shown.Append(rest[..length]);
            }
            else
            {
                // Half of a surrogate pair is not a character.
                AppendEscape(shown, isCharacter ? character.Value : rest[0]);
            }

            rest = rest[length..];
        }

        return shown.ToString();
    }

    private static void AppendEscape(StringBuilder shown, int character) =>
        _ = character <= 0xFF ? shown.Append(CultureInfo.InvariantCulture, $"\\x{character:x2}")
            : character <= 0xFFFF ? shown.Append(CultureInfo.InvariantCulture, $"\\u{character:x4}")
            : shown.Append(CultureInfo.InvariantCulture, $"\\U{character:x8}");
}
