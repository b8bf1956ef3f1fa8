using System.Globalization;

namespace WalParser.Kvrocks.Coding;

/// <summary>Names numbers that Kvrocks stores for a choice.</summary>
internal static class StoredName
{
    /// <summary>Returns the name of a number; the number in decimal if it has no name, because it is newer than this library.</summary>
    public static string Of(byte number, ReadOnlySpan<string> names) =>
        number < names.Length ? names[number] : number.ToString(CultureInfo.InvariantCulture);
}
