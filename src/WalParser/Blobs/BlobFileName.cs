using System.Globalization;

namespace WalParser.Blobs;

/// <summary>
/// The names of blob files: the file number in decimal, with at least six digits, followed by <c>.blob</c>. RocksDB stores blob files in
/// the database folder (<c>BlobFileName</c> in its <c>file/filename.cc</c>).
/// </summary>
public static class BlobFileName
{
    private const string Extension = ".blob";

    /// <summary>Returns the name of the blob file with a number: <c>000008.blob</c> for 8.</summary>
    public static string Of(ulong fileNumber) => string.Create(CultureInfo.InvariantCulture, $"{fileNumber:D6}{Extension}");

    /// <summary>
    /// Gets the file number from the last part of <paramref name="path"/>. Returns false if that is not the name of a blob file.
    /// </summary>
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
