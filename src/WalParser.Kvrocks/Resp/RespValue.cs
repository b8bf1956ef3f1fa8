using System.Globalization;
using System.Text;

namespace WalParser.Kvrocks.Resp;

/// <summary>A reply of a server, or an item of a reply. It owns its bytes.</summary>
internal readonly struct RespValue
{
    /// <summary>
    /// The greatest number of characters of a server's words in a message. Redis's longest error, MISCONF, has some 350.
    /// </summary>
    private const int LongestWords = 500;

    private readonly object? _content;
    private readonly long _number;

    private RespValue(RespKind kind, object? content, long number)
    {
        Kind = kind;
        _content = content;
        _number = number;
    }

    public RespKind Kind { get; }

    public bool IsNull => Kind == RespKind.Null;

    public bool IsError => Kind == RespKind.Error;

    /// <summary>The value of an integer; 0 for any other kind.</summary>
    public long Integer => _number;

    /// <summary>The bytes of a kind that is text; empty for any other kind.</summary>
    public ReadOnlyMemory<byte> Bytes => _content as byte[];

    /// <summary>The items of an aggregate; empty for any other kind.</summary>
    public ReadOnlyMemory<RespValue> Items => _content as RespValue[];

    /// <summary>
    /// <see cref="Bytes"/> decoded as UTF-8, with invalid sequences replaced; for an integer, the number in decimal.
    /// </summary>
    public string Text => Kind == RespKind.Integer
        ? _number.ToString(CultureInfo.InvariantCulture)
        : Encoding.UTF8.GetString(Bytes.Span);

    /// <summary><see cref="Text"/> for a message: if it is very long, its beginning and its length.</summary>
    public string Words => WordsOf(Text);

    /// <summary>Returns what a server said for a message: if it is very long, its beginning and its length.</summary>
    public static string WordsOf(string text)
    {
        if (text.Length <= LongestWords)
        {
            return text;
        }

        int end = char.IsHighSurrogate(text[LongestWords - 1]) ? LongestWords - 1 : LongestWords;
        return string.Create(CultureInfo.InvariantCulture, $"{text[..end]}... ({text.Length} characters)");
    }

    public static RespValue OfBytes(RespKind kind, byte[] bytes) => new(kind, bytes, 0);

    public static RespValue OfNumber(RespKind kind, long number) => new(kind, null, number);

    public static RespValue OfItems(RespKind kind, RespValue[] items) => new(kind, items, 0);

    /// <summary>Returns a description for messages: the text of an error or value, or the number of items of an aggregate.</summary>
    public override string ToString() => _content is RespValue[] items ? $"{Kind} of {items.Length}" : IsNull ? "null" : Words;
}
