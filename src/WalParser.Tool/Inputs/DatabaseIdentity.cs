using System.Text;
using WalParser.Databases;

namespace WalParser.Tool.Inputs;

/// <summary>The id of the database to which WALs belong.</summary>
internal static class DatabaseIdentity
{
    /// <summary>The longest id that is read. RocksDB's are of 36 characters.</summary>
    private const int MaxLength = 64;

    /// <summary>
    /// Returns the id in the file IDENTITY or, if there is none, in the MANIFEST of the folder of the WALs; null if neither contains one.
    /// </summary>
    public static async Task<string?> FindAsync(WalInputs inputs, CancellationToken cancellationToken)
    {
        if (inputs.All.FirstOrDefault(input => !input.IsStandardInput) is not { } first)
        {
            return null;
        }

        try
        {
            DatabaseFolder database = inputs.Databases.Count > 0
                ? inputs.Databases[0]
                : await DatabaseFolder.OpenAsync(first.Folder, cancellationToken);
            return await ReadAsync(Path.Combine(database.Path, "IDENTITY"), cancellationToken) ?? database.Manifest?.DatabaseId;
        }
        catch (Exception e) when (InputFailure.IsCausedBy(e))
        {
            return null;
        }
    }

    /// <summary>
    /// Writes the file IDENTITY of the database of WALs to another folder, so that what was made of the WALs is known to belong to the
    /// database. A file that is there already is kept.
    /// </summary>
    public static async Task CopyAsync(WalInputs inputs, string folder, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, "IDENTITY");
        if (!File.Exists(path) && await FindAsync(inputs, cancellationToken) is { } id)
        {
            await File.WriteAllTextAsync(path, id, cancellationToken);
        }
    }

    private static async Task<string?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        // Only a file that is recognized is opened: opening a named pipe would wait.
        if (!File.Exists(path) || (await FileContent.RecognizeAsync(path, cancellationToken)).Format != FileFormat.Identity)
        {
            return null;
        }

        byte[] start = new byte[MaxLength];
        await using FileStream file = File.OpenRead(path);
        int length = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return Encoding.ASCII.GetString(start.AsSpan(0, length)).Trim();
    }
}
