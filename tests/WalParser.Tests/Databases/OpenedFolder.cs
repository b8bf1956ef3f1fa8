using WalParser.Databases;
using WalParser.TestSupport.Files;

namespace WalParser.Tests.Databases;

/// <summary>Opens folders for tests, and describes them.</summary>
internal static class OpenedFolder
{
    /// <summary>Copies a recorded Kvrocks database.</summary>
    public static TempDatabase Types() => TempDatabase.CopyOf(TestFiles.Committed("kvrocks/types/db"));

    /// <summary>Returns the kinds and files of the problems.</summary>
    public static string[] ProblemsOf(DatabaseFolder folder) => [.. folder.Findings.Select(problem => $"{problem.Kind} {problem.File}")];

    /// <summary>Returns the names of the WALs.</summary>
    public static string[] NamesOf(DatabaseFolder folder) => [.. folder.Wals.Select(wal => wal.Name)];

    /// <summary>Opens a folder, and asserts that it has exactly the given problems, in the form of <see cref="ProblemsOf"/>.</summary>
    public static async Task<DatabaseFolder> OpenAsync(TempDatabase database, params string[] problems)
    {
        DatabaseFolder folder = await DatabaseFolder.OpenAsync(database.Path);
        Assert.Equal(problems, ProblemsOf(folder));
        return folder;
    }
}
