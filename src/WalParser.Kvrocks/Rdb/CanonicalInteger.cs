using System.Buffers.Text;

namespace WalParser.Kvrocks.Rdb;

/// <summary>
/// A string that is exactly the decimal form of an integer, so that Redis stores the integer in its place and returns the same bytes: no
/// sign but "-", no leading zeros, no spaces, not "-0" (Redis, <c>string2ll</c>).
/// </summary>
internal static class CanonicalInteger
{
    private const int LongestText = 20;

    /// <summary>Returns whether the bytes are the decimal form of an integer of 64 bits.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (text.IsEmpty || text.Length > LongestText)
        {
            return false;
        }

        ReadOnlySpan<byte> digits = text[0] == '-' ? text[1..] : text;
        bool isCanonical = digits.Length > 0 && (digits[0] is >= (byte)'1' and <= (byte)'9' || text is [(byte)'0']);
        return isCanonical && Utf8Parser.TryParse(text, out value, out int length) && length == text.Length;
    }
}
