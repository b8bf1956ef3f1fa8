using System.Globalization;

namespace WalParser.Findings;

/// <summary>Lists names in a reason, of very many only the first.</summary>
internal static class NameList
{
    /// <summary>Returns the names with commas between them, as in <c>a, b, c and 4 more</c>.</summary>
    /// <param name="names">The names.</param>
    /// <param name="count">The number of names.</param>
    /// <param name="most">The greatest number of names that are listed.</param>
    public static string Of(IEnumerable<string> names, int count, int most)
    {
        string listed = string.Join(", ", names.Take(most));
        return count > most ? string.Create(CultureInfo.InvariantCulture, $"{listed} and {count - most} more") : listed;
    }
}
