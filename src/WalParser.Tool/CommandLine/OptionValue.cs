using System.CommandLine.Parsing;
using System.Globalization;
using WalParser.Tool.Output;

namespace WalParser.Tool.CommandLine;

/// <summary>Parses the values of options. The error messages say which values are valid.</summary>
internal static class OptionValue
{
    /// <summary>The error in a range of sequence numbers that is empty.</summary>
    public const string EmptySequenceRange = "--from-sequence is greater than --to-sequence, so nothing would match; exchange them";

    /// <summary>Parses a number, with or without the group separators of the text output.</summary>
    public static ulong? ParseNumber(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (TryUngroup(text, out string digits)
            && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
        {
            return number;
        }

        result.AddError($"{NameOf(result)} takes a whole number, not '{text}'");
        return null;
    }

    /// <summary>Parses a number of at least 1.</summary>
    public static long? ParseCount(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (TryUngroup(text, out string digits)
            && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number > 0)
        {
            return number;
        }

        result.AddError($"{NameOf(result)} takes a whole number of at least 1, not '{text}'");
        return null;
    }

    /// <summary>Parses a number of bytes, optionally in K, M or G, up to the maximum length of an array.</summary>
    public static int? ParseSize(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        int shift = text.Length == 0 ? -1 : 10 * (" KMG".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal));
        string digits = shift > 0 ? text[..^1] : text;
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number > 0 && number <= Array.MaxLength >> Math.Max(shift, 0))
        {
            return (int)(number << Math.Max(shift, 0));
        }

        result.AddError($"{NameOf(result)} takes a number of bytes up to {Array.MaxLength}, the largest array of .NET, or one like 256M, "
            + $"not '{text}'");
        return null;
    }

    /// <summary>Parses a number of bytes, optionally in K, M, G or T.</summary>
    public static long? ParseLongSize(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        int shift = text.Length == 0 ? -1 : 10 * (" KMGT".IndexOf(char.ToUpperInvariant(text[^1]), StringComparison.Ordinal));
        string digits = shift > 0 ? text[..^1] : text;
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number > 0 && number <= long.MaxValue >> Math.Max(shift, 0))
        {
            return number << Math.Max(shift, 0);
        }

        result.AddError($"{NameOf(result)} takes a number of bytes, or one like 256M, 16G or 1T, not '{text}'");
        return null;
    }

    /// <summary>Parses bytes, written as text or as <c>hex:…</c>.</summary>
    public static ReadOnlyMemory<byte>? ParseBytes(ArgumentResult result) => ParseBytes(result, result.Tokens[^1].Value);

    /// <summary>Parses several values that are bytes, each written as text or as <c>hex:…</c>.</summary>
    public static ReadOnlyMemory<byte>[] ParseAllBytes(ArgumentResult result) =>
        [.. result.Tokens.Select(token => ParseBytes(result, token.Value))];

    private static byte[] ParseBytes(ArgumentResult result, string text)
    {
        if (!ByteText.TryParse(text, out byte[] bytes))
        {
            result.AddError($"{NameOf(result)} takes text, or hex: and pairs of hex digits, not '{text}'");
        }

        return bytes;
    }

    /// <summary>Parses the names of enum values, ignoring case.</summary>
    public static T[] ParseNames<T>(ArgumentResult result)
        where T : struct, Enum =>
        [.. result.Tokens.Select(token => ParseName(result, token.Value, Enum.GetNames<T>(), Enum.GetValues<T>()))];

    /// <summary>Parses one of <paramref name="names"/>, ignoring case, and returns the value at the same index.</summary>
    public static T ParseName<T>(ArgumentResult result, string text, IReadOnlyList<string> names, IReadOnlyList<T> values)
    {
        for (int i = 0; i < names.Count; i++)
        {
            if (string.Equals(names[i], text, StringComparison.OrdinalIgnoreCase))
            {
                return values[i];
            }
        }

        result.AddError($"{NameOf(result)} takes {string.Join(", ", names.SkipLast(1))} or {names[^1]}, not '{text}'");
        return values[0];
    }

    /// <summary>
    /// Removes the separators between groups of three digits. Returns false if they are elsewhere, because "1,0" may mean 1.0.
    /// </summary>
    private static bool TryUngroup(string text, out string digits)
    {
        string[] groups = text.Split(',');
        digits = string.Concat(groups);
        return groups.Length == 1 || (groups[0].Length is > 0 and <= 3 && groups.Skip(1).All(group => group.Length == 3));
    }

    private static string NameOf(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
}
