using System.Globalization;
using System.Text;
using WalParser.Manifests;

namespace WalParser.Files;

/// <summary>Finds the MANIFEST of a folder that is in force, and reads it.</summary>
internal static class LiveManifest
{
    public const string CurrentName = "CURRENT";

    private const string Prefix = "MANIFEST-";

    // A MANIFEST's name takes a few dozen bytes; what is longer is no CURRENT.
    private const int MaxCurrentSize = 4096;

    private const int MaxProblems = 10;

    /// <summary>The MANIFESTs of a folder by number: <c>MANIFEST-000005</c>.</summary>
    public static List<string> List(string folder) =>
    [
        .. from path in Directory.EnumerateFiles(folder, Prefix + "*")
           let number = NumberOf(Path.GetFileName(path))
           where number is not null
           orderby number
           select path,
    ];

    /// <summary>The live one's path; null if there is none.</summary>
    public static string? Find(string folder, List<DatabaseProblem> problems)
    {
        List<string> manifests = List(folder);
        string? current = ReadCurrent(folder, problems);
        if (manifests.Count == 0)
        {
            if (current is not null)
            {
                Report(DatabaseProblemKind.DanglingCurrent, CurrentName, $"names {Shown(current)}, which is not there, and there is no other MANIFEST");
            }

            return null;
        }

        string? named = manifests.Find(path => Path.GetFileName(path) == current);
        string live = named ?? manifests[^1];
        string liveName = Path.GetFileName(live);
        if (current is null && !problems.Exists(problem => problem.File == CurrentName))
        {
            Report(DatabaseProblemKind.MissingCurrent, CurrentName, $"is not there, so nothing says which MANIFEST is live; {liveName} is taken");
        }
        else if (current is not null && named is null)
        {
            Report(DatabaseProblemKind.DanglingCurrent, CurrentName, $"names {Shown(current)}, which is not there; {liveName} is taken");
        }

        if (manifests.Count > 1)
        {
            string others = string.Join(", ", manifests.Where(path => path != live).Select(Path.GetFileName));
            Report(DatabaseProblemKind.SeveralManifests, liveName, $"is taken; beside it there is {others}, of no effect");
        }

        return live;

        void Report(DatabaseProblemKind kind, string file, string message) =>
            problems.Add(new DatabaseProblem { Kind = kind, File = file, Message = message });
    }

    /// <summary>What it says; null if it cannot be read at all.</summary>
    public static async Task<ManifestState?> ReadAsync(string path, List<DatabaseProblem> problems, CancellationToken cancellationToken)
    {
        string name = Path.GetFileName(path);
        try
        {
            ManifestState state = await ManifestState.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            foreach (ManifestProblem problem in state.Problems.Take(MaxProblems))
            {
                problems.Add(new DatabaseProblem
                {
                    Kind = DatabaseProblemKind.DamagedManifest,
                    File = name,
                    Message = string.Create(CultureInfo.InvariantCulture, $"offset {problem.Offset}: {problem.Reason}"),
                });
            }

            if (state.ProblemCount > MaxProblems)
            {
                problems.Add(new DatabaseProblem
                {
                    Kind = DatabaseProblemKind.DamagedManifest,
                    File = name,
                    Message = string.Create(CultureInfo.InvariantCulture, $"{state.ProblemCount - MaxProblems} more problems"),
                });
            }

            return state;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Unreadable(name, e));
            return null;
        }
    }

    private static string? ReadCurrent(string folder, List<DatabaseProblem> problems)
    {
        try
        {
            using var file = new FileStream(
                Path.Combine(folder, CurrentName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            byte[] bytes = new byte[MaxCurrentSize];
            int length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Encoding.Latin1.GetString(bytes, 0, length).TrimEnd('\n');
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Unreadable(CurrentName, e));
            return null;
        }
    }

    private static DatabaseProblem Unreadable(string file, Exception exception) =>
        new() { Kind = DatabaseProblemKind.Unreadable, File = file, Message = "reading failed: " + exception.Message };

    private static ulong? NumberOf(string name) =>
        ulong.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;

    private static string Shown(string current)
    {
        const int MaxShown = 60;
        string shown = string.Concat(current.Take(MaxShown).Select(c => char.IsBetween(c, ' ', '~') ? c : '?'));
        return $"'{shown}{(current.Length > MaxShown ? "..." : "")}'";
    }
}
