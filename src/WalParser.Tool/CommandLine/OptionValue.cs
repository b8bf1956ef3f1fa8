using System.CommandLine.Parsing;
using System.Globalization;
using WalParser.Tool.Output;

namespace WalParser.Tool.CommandLine;

/// <summary>Reads options' values, with errors that say what would be right.</summary>
internal static class OptionValue
{
    /// <summary>A number, with or without the separators that the text output shows.</summary>
    public static ulong? ParseNumber(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (TryUngroup(text, out string digits) && ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
        {
            return number;
        }

        result.AddError($"{NameOf(result)} takes a whole number, not '{text}'");
        return null;
    }

    /// <summary>A number of at least 1.</summary>
    public static long? ParseCount(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (TryUngroup(text, out string digits) && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number > 0)
        {
            return number;
        }

        result.AddError($"{NameOf(result)} takes a whole number of at least 1, not '{text}'");
        return null;
    }

    /// <summary>A number of bytes, perhaps in K, M or G; no more than an array can have.</summary>
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

        result.AddError($"{NameOf(result)} takes a number of bytes up to 2 billion, or one like 256M, not '{text}'");
        return null;
    }

    /// <summary>Bytes, as text or as <c>hex:…</c>.</summary>
    public static ReadOnlyMemory<byte>? ParseBytes(ArgumentResult result)
    {
        string text = result.Tokens[^1].Value;
        if (!ByteText.TryParse(text, out byte[] bytes))
        {
            result.AddError($"{NameOf(result)} takes text, or hex: and pairs of hex digits, not '{text}'");
        }

        return bytes;
    }

    /// <summary>The names of enum values, in any case.</summary>
    public static T[] ParseNames<T>(ArgumentResult result)
        where T : struct, Enum => [.. result.Tokens.Select(token => ParseName<T>(result, token.Value, Enum.GetNames<T>(), Enum.GetValues<T>()))];

    /// <summary>One of the words in <paramref name="names"/>, in any case; the value that stands at its place.</summary>
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

    /// <summary>Takes out separators that stand between groups of three digits. Elsewhere they are a slip: "1,0" may mean 1.0.</summary>
    private static bool TryUngroup(string text, out string digits)
    {
        string[] groups = text.Split(',');
        digits = string.Concat(groups);
        return groups.Length == 1 || (groups[0].Length is > 0 and <= 3 && groups.Skip(1).All(group => group.Length == 3));
    }

    private static string NameOf(ArgumentResult result) => result.Parent is OptionResult option ? option.Option.Name : result.Argument.Name;
}
