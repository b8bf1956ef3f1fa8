using System.Globalization;

namespace WalParser.Databases;

/// <summary>
/// The names of WAL files: the log number in decimal, with at least six digits as RocksDB writes it, followed by <c>.log</c>. The name of a
/// compressed copy has <c>.zst</c>, <c>.lz4</c>, <c>.gz</c> or <c>.sz</c> appended.
/// </summary>
public static class WalFileName
{
    private const string Extension = ".log";
    private static readonly string[] CopyExtensions = [".zst", ".lz4", ".gz", ".sz"];

    /// <summary>Returns the name of the WAL with a log number, such as <c>000010.log</c>.</summary>
    public static string Of(ulong logNumber) => logNumber.ToString("D6", CultureInfo.InvariantCulture) + Extension;

    /// <summary>
    /// Gets the log number from the last part of <paramref name="path"/>. Returns false if that is not the name of a WAL.
    /// </summary>
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
