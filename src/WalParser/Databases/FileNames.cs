using System.Globalization;

namespace WalParser.Databases;

/// <summary>The names that RocksDB gives to the files of a database (<c>file/filename.cc</c>), and what they stand for.</summary>
internal static class FileNames
{
    /// <summary>Returns the format that the name of a file stands for; <see cref="FileFormat.Wal"/> for any other name.</summary>
    public static FileFormat FormatOf(string name) => name switch
    {
        LiveManifest.CurrentName => FileFormat.Current,
        "IDENTITY" => FileFormat.Identity,
        "LOCK" => FileFormat.Lock,
        "LOG" => FileFormat.InfoLog,
        _ when name.StartsWith("LOG.old.", StringComparison.Ordinal) => FileFormat.InfoLog,
        _ when HasNumber(name, "MANIFEST-", "") => FileFormat.Manifest,
        _ when HasNumber(name, "OPTIONS-", "") => FileFormat.Options,
        _ when HasNumber(name, "", ".sst") || HasNumber(name, "", ".ldb") => FileFormat.TableFile,
        _ when HasNumber(name, "", ".blob") => FileFormat.BlobFile,
        _ => FileFormat.Wal,
    };

    /// <summary>Returns a format of RocksDB for people.</summary>
    public static string DescriptionOf(FileFormat format) => format switch
    {
        FileFormat.Current => "CURRENT, which names the live MANIFEST",
        FileFormat.Identity => "IDENTITY, which contains the id of the database",
        FileFormat.Lock => "LOCK, which is empty",
        FileFormat.InfoLog => "LOG, in which RocksDB reports what it does",
        FileFormat.Manifest => "a MANIFEST",
        FileFormat.Options => "an OPTIONS file",
        FileFormat.TableFile => "a table file (SST)",
        FileFormat.BlobFile => "a blob file",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>Returns the number between the beginning and the end of the name of a file; null if there is something else.</summary>
    public static ulong? NumberIn(string name, string prefix, string suffix = "") =>
        name.Length > prefix.Length + suffix.Length
        && name.StartsWith(prefix, StringComparison.Ordinal)
        && name.EndsWith(suffix, StringComparison.Ordinal)
        && ulong.TryParse(
            name.AsSpan()[prefix.Length..^suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? number
            : null;

    private static bool HasNumber(string name, string prefix, string suffix) => NumberIn(name, prefix, suffix) is not null;
}
