using System.Globalization;

namespace WalParser.Tool.Output;

/// <summary>Numbers and words as the reports for people write them.</summary>
internal static class ReportText
{
    public static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Grouped(ulong number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>"1 record", "2,345 records".</summary>
    public static string Count(long number, string one, string many) => $"{Grouped(number)} {(number == 1 ? one : many)}";

    /// <summary>"1,234 to 5,678"; "none" where nothing took a number.</summary>
    public static string Range(ulong? first, ulong? last) =>
        first is { } from && last is { } to ? $"{Grouped(from)} to {Grouped(to)}" : "none";

    /// <summary>"compressed records" for <c>CompressedRecords</c>.</summary>
    public static string Words(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? " " + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
