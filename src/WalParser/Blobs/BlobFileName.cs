using System.Globalization;

namespace WalParser.Blobs;

/// <summary>
/// The names of blob files: the file number in decimal, of at least six digits, and <c>.blob</c>. RocksDB puts them into the
/// database's folder (<c>BlobFileName</c> in its <c>file/filename.cc</c>).
/// </summary>
public static class BlobFileName
{
    private const string Extension = ".blob";

    /// <summary>The name of the blob file of that number: <c>000008.blob</c> for 8.</summary>
    public static string Of(ulong fileNumber) => string.Create(CultureInfo.InvariantCulture, $"{fileNumber:D6}{Extension}");

    /// <summary>The file number that the last part of <paramref name="path"/> names, if it names a blob file.</summary>
    public static bool TryGetFileNumber(string path, out ulong fileNumber)
    {
        ArgumentNullException.ThrowIfNull(path);
        ReadOnlySpan<char> name = Path.GetFileName(path.AsSpan());
        if (!name.EndsWith(Extension, StringComparison.Ordinal))
        {
            fileNumber = 0;
            return false;
        }

        return ulong.TryParse(name[..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out fileNumber);
    }
}
