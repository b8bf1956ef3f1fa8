namespace WalParser.Databases;

/// <summary>
/// The numbers of the files of a database. RocksDB numbers all its files in one sequence, so a number belongs to one file.
/// </summary>
internal static class FileNumbers
{
    private static readonly string[] Prefixes = ["MANIFEST-", "OPTIONS-"];

    /// <summary>Returns the numbers in the names of the files in a folder: <c>000011.sst</c>, <c>OPTIONS-000007</c> and the like.</summary>
    public static HashSet<ulong> In(string folder) =>
        [.. Directory.EnumerateFiles(folder).Select(path => NumberOf(Path.GetFileName(path))).OfType<ulong>()];

    private static ulong? NumberOf(string name) =>
        Array.Find(Prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
            ? FileNames.NumberIn(name, prefix)
            : FileNames.NumberIn(name, prefix: "", Path.GetExtension(name));
}
