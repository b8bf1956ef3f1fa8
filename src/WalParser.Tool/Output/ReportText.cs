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
    public static string Count(long number, string one, string many) => $"{Grouped(number)} {(number == 1 ? one : many)}";

    /// <summary>Formats a range of sequence numbers, as in "1,234 to 5,678", or "none" if it is empty.</summary>
    public static string Range(ulong? first, ulong? last) =>
        first is { } from && last is { } to ? $"{Grouped(from)} to {Grouped(to)}" : "none";

    /// <summary>Splits a name into words, as in "compressed records" for <c>CompressedRecords</c>.</summary>
    public static string Words(string name) =>
        string.Concat(name.Select((c, i) => (i > 0 && char.IsUpper(c) ? " " : "") + char.ToLowerInvariant(c)));
}
