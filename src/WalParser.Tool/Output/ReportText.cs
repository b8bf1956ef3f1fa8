using System.Globalization;

namespace WalParser.Tool.Output;

/// <summary>Formats numbers and words for the reports for people.</summary>
internal static class ReportText
{
    /// <summary>Formats a number with separators between thousands.</summary>
    public static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <inheritdoc cref="Grouped(long)"/>
    public static string Grouped(ulong number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Formats a number of things, as in "1 record" and "2,345 records".</summary>
    /// <param name="number">The number.</param>
    /// <param name="one">The name of one thing.</param>
    /// <param name="many">The name of several; null if it is that of one with an s.</param>
    public static string Count(long number, string one, string? many = null) =>
        $"{Grouped(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <inheritdoc cref="Count(long, string, string)"/>
    public static string Count(ulong number, string one, string? many = null) =>
        $"{Grouped(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>Returns the pronoun for a number of things, as an object.</summary>
    public static string Them(long number) => number == 1 ? "it" : "them";

    /// <summary>Returns the pronoun for a number of things, as a subject.</summary>
    public static string They(long number) => number == 1 ? "it" : "they";

    /// <summary>Formats a range of sequence numbers, as in "1,234 to 5,678", or "none" if it is empty.</summary>
    public static string Range(ulong? first, ulong? last) =>
        first is { } from && last is { } to ? $"{Grouped(from)} to {Grouped(to)}" : "none";

    /// <summary>Splits a name into words, as in "compressed records" for <c>CompressedRecords</c>.</summary>
    public static string Words(string name) =>
        string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) ? " " : "") + char.ToLowerInvariant(c)));
}
