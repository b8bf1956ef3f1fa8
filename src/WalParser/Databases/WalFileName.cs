using System.Globalization;

namespace WalParser.Databases;

/// <summary>
/// The names of WAL files: the log number in decimal, at least six digits as RocksDB writes it, and <c>.log</c>. A compressed
/// copy has <c>.zst</c>, <c>.lz4</c>, <c>.gz</c> or <c>.sz</c> behind that.
/// </summary>
public static class WalFileName
{
    private const string Extension = ".log";
    private static readonly string[] CopyExtensions = [".zst", ".lz4", ".gz", ".sz"];

    /// <summary>The name of the WAL with a number: <c>000010.log</c>.</summary>
    public static string Of(ulong logNumber) => logNumber.ToString("D6", CultureInfo.InvariantCulture) + Extension;

    /// <summary>The log number that the last part of <paramref name="path"/> names, if it names a WAL.</summary>
    public static bool TryGetLogNumber(string path, out ulong logNumber)
    {
        ArgumentNullException.ThrowIfNull(path);
        ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan());
        foreach (string copy in CopyExtensions)
        {
            if (name.EndsWith(copy, StringComparison.OrdinalIgnoreCase))
            {
                name = name[..^copy.Length];
                break;
            }
        }

        if (!name.EndsWith(Extension, StringComparison.Ordinal))
        {
            logNumber = 0;
            return false;
        }

        return ulong.TryParse(name[..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out logNumber);
    }
}
