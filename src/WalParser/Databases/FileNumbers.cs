using System.Globalization;

namespace WalParser.Databases;

/// <summary>
/// The numbers of the files of a database. RocksDB numbers all its files in one sequence, so a number belongs to one file.
/// </summary>
internal static class FileNumbers
{
    private static readonly string[] Prefixes = ["MANIFEST-", "OPTIONS-"];

    /// <summary>Returns the numbers in the names of the files in a folder: <c>000011.sst</c>, <c>OPTIONS-000007</c> and the like.</summary>
    public static HashSet<ulong> In(string folder)
    {
        HashSet<ulong> numbers = [];
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(path);
            string digits = Array.Find(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
                ? name[prefix.Length..]
                : Path.GetFileNameWithoutExtension(name);
            if (ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number))
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }
}
