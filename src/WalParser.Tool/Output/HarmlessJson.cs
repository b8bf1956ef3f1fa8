using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace WalParser.Tool.Output;

/// <summary>
/// Escapes JSON strings as <c>\uXXXX</c> where JSON requires it, where <see cref="ShownCharacters"/> demands it, and the character with
/// which a tag begins, so that JSON in a web page cannot end the element that contains it. Other text stays readable in any language, and
/// a JSON parser returns the original.
/// </summary>
internal sealed unsafe class HarmlessJson : JavaScriptEncoder
{
    /// <summary>The encoder.</summary>
    public static readonly HarmlessJson Encoder = new();

    private const string Plain =
        " !#$%&'()*+,-./0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_`abcdefghijklmnopqrstuvwxyz{|}~";

    private static readonly SearchValues<char> PlainCharacters = SearchValues.Create(Plain);
    private static readonly SearchValues<byte> PlainBytes = SearchValues.Create(Encoding.ASCII.GetBytes(Plain));

    private HarmlessJson()
    {
    }

    // Two escapes, because a character outside the basic plane is a surrogate pair.
    public override int MaxOutputCharactersPerInputCharacter => 12;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar <= char.MaxValue && char.IsSurrogate((char)unicodeScalar)
        || unicodeScalar is '"' or '\\' or '<'
        || !ShownCharacters.IsShown(new Rune(unicodeScalar));

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        var span = new ReadOnlySpan<char>(text, textLength);
        int position = 0;
        while (true)
        {
            int other = span[position..].IndexOfAnyExcept(PlainCharacters);
            if (other < 0)
            {
                return -1;
            }

            position += other;
            if (Rune.DecodeFromUtf16(span[position..], out Rune character, out int length) != OperationStatus.Done
                || WillEncode(character.Value))
            {
                return position;
            }

            position += length;
        }
    }

    public override int FindFirstCharacterToEncodeUtf8(ReadOnlySpan<byte> utf8Text)
    {
        int position = 0;
        while (true)
        {
            int other = utf8Text[position..].IndexOfAnyExcept(PlainBytes);
            if (other < 0)
            {
                return -1;
            }

            position += other;
            if (Rune.DecodeFromUtf8(utf8Text[position..], out Rune character, out int length) != OperationStatus.Done
                || WillEncode(character.Value))
            {
                return position;
            }

            position += length;
        }
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        Span<char> escape = stackalloc char[MaxOutputCharactersPerInputCharacter];
        int length = Escape(unicodeScalar, escape);
        numberOfCharactersWritten = 0;
        if (!escape[..length].TryCopyTo(new Span<char>(buffer, bufferLength)))
        {
            return false;
        }

        numberOfCharactersWritten = length;
        return true;
    }

    private static int Escape(int character, Span<char> escape)
    {
        char letter = character switch { '"' => '"', '\\' => '\\', '\n' => 'n', '\r' => 'r', '\t' => 't', '\b' => 'b', '\f' => 'f', _ => '\0' };
        if (letter != '\0')
        {
            escape[0] = '\\';
            escape[1] = letter;
            return 2;
        }

        Span<char> units = stackalloc char[2];
        int count = Rune.IsValid(character) ? new Rune(character).EncodeToUtf16(units) : 1;
        units[0] = Rune.IsValid(character) ? units[0] : (char)character;
        for (int i = 0; i < count; i++)
        {
            escape[6 * i] = '\\';
            escape[(6 * i) + 1] = 'u';
            _ = ((int)units[i]).TryFormat(escape.Slice((6 * i) + 2, 4), out _, "x4", System.Globalization.CultureInfo.InvariantCulture);
        }

        return 6 * count;
    }
}
