using System.Globalization;
using System.Text;

namespace WalParser.Tool.Output;

/// <summary>
/// The one place that decides which characters are shown as they are, in every format. A character is not shown if a terminal, a
/// spreadsheet or a browser acts on it, or if a person cannot see it: control characters, format characters (among them those that change
/// the order of the text), line and paragraph separators, characters without an appearance of their own, and those without a meaning that
/// all programs agree on.
/// </summary>
internal static class ShownCharacters
{
    /// <summary>The first and the last character of ASCII that is shown.</summary>
    public const char FirstAscii = ' ';

    /// <inheritdoc cref="FirstAscii"/>
    public const char LastAscii = '~';

    /// <summary>
    /// The ranges of Unicode's property Default_Ignorable_Code_Point (DerivedCoreProperties.txt) whose characters have another category than
    /// Format: they are marks or letters, but a program that does not support them shows nothing.
    /// </summary>
    private static readonly (int First, int Last)[] Ignorable =
    [
        (0x034F, 0x034F),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFFA0, 0xFFA0),
        (0xE0000, 0xE0FFF),
    ];

    /// <summary>Returns true if the character is shown as it is, and false if it is shown as an escape.</summary>
    public static bool IsShown(Rune character) =>
        character.Value <= LastAscii ? character.Value >= FirstAscii : IsVisible(character) && !IsIgnorable(character.Value);

    private static bool IsVisible(Rune character) => Rune.GetUnicodeCategory(character) is not (
        UnicodeCategory.Control
        or UnicodeCategory.Format
        or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.Surrogate);

    private static bool IsIgnorable(int character)
    {
        foreach ((int first, int last) in Ignorable)
        {
            if (character <= last)
            {
                return character >= first;
            }
        }

        return false;
    }
}
