using System.Globalization;

namespace WalParser.IO;

/// <summary>
/// The names of WAL files: the log number in decimal, with at least six digits as RocksDB writes it, followed by <c>.log</c>. The name of a
/// compressed copy has <c>.zst</c>, <c>.lz4</c>, <c>.gz</c> or <c>.sz</c> appended.
/// </summary>
public static class WalFileName
{
    private const string Extension = ".log";
    private static readonly string[] CopyExtensions = [".zst", ".lz4", ".gz", ".sz"];

    /// <summary>Returns the name of the WAL with a number: <c>000010.log</c>.</summary>
    /// <param name="logNumber">The log number.</param>
    public static string Of(ulong logNumber) => logNumber.ToString("D6", CultureInfo.InvariantCulture) + Extension;

    /// <summary>Reads the log number from the file name in a path. The folders in the path do not matter.</summary>
    /// <param name="path">The path.</param>
    /// <param name="logNumber">The log number; 0 if the name is not that of a WAL.</param>
    /// <returns>Whether the name is that of a WAL or of a compressed copy of one.</returns>
    public static bool TryGetLogNumber(string path, out ulong logNumber)
    {
        ArgumentNullException.ThrowIfNull(path);
        ReadOnlySpan<char> name = Path.GetFileName(WithoutCopyExtension(path).AsSpan());
        if (!name.EndsWith(Extension, StringComparison.Ordinal))
        {
            logNumber = 0;
            return false;
        }

        return ulong.TryParse(name[..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out logNumber);
    }

    /// <summary>Returns a path without the ending that the name of a compressed copy has.</summary>
    internal static string WithoutCopyExtension(string path)
    {
        foreach (string copy in CopyExtensions)
        {
            if (path.EndsWith(copy, StringComparison.OrdinalIgnoreCase))
            {
                return path[..^copy.Length];
            }
        }

        return path;
    }
}
