using System.Globalization;
using System.Text;
using WalParser.Findings;
using WalParser.IO;
using WalParser.Manifests;

namespace WalParser.Databases;

/// <summary>Finds and reads the live MANIFEST of a folder.</summary>
internal static class LiveManifest
{
    public const string CurrentName = "CURRENT";

    private const string Prefix = "MANIFEST-";

    // The name of a MANIFEST has a few dozen bytes; a longer file is not a valid CURRENT.
    private const int MaxCurrentSize = 4096;

    private const int MaxFindings = 10;

    /// <summary>Returns the paths of a folder's MANIFESTs, such as <c>MANIFEST-000005</c>, in ascending order of their numbers.</summary>
    public static List<string> List(string folder) =>
    [
        .. from path in Directory.EnumerateFiles(folder, Prefix + "*")
           let number = FileNames.NumberIn(Path.GetFileName(path), Prefix)
           where number is not null && RegularFile.Is(path)
           orderby number
           select path,
    ];

    /// <summary>Returns the path of the live MANIFEST; null if there is none.</summary>
    public static string? Find(string folder, ICollection<Finding> problems)
    {
        List<string> manifests = List(folder);
        string? current = ReadCurrent(folder, problems);
        if (manifests.Count == 0)
        {
            if (current is not null)
            {
                Report(
                    FindingKind.DanglingCurrent,
                    CurrentName,
                    $"names {Shown(current)}, which does not exist, and there is no other MANIFEST");
            }

            return null;
        }

        string? named = manifests.Find(path => Path.GetFileName(path) == current);
        string live = named ?? manifests[^1];
        string liveName = Path.GetFileName(live);
        if (current is null && !problems.Any(problem => problem.File == CurrentName))
        {
            Report(
                FindingKind.MissingCurrent,
                CurrentName,
                $"does not exist, so it is unknown which MANIFEST is live; {liveName} is used");
        }
        else if (current is not null && named is null)
        {
            Report(FindingKind.DanglingCurrent, CurrentName, $"names {Shown(current)}, which does not exist; {liveName} is used");
        }

        if (manifests.Count > 1)
        {
            string others = string.Join(", ", manifests.Where(path => path != live).Select(Path.GetFileName));
            Report(FindingKind.SeveralManifests, liveName, $"is used; other MANIFESTs in the folder are ignored: {others}");
        }

        return live;

        void Report(FindingKind kind, string file, string message) =>
            problems.Add(new Finding { Kind = kind, File = file, Reason = message });
    }

    /// <summary>Finds and reads the live MANIFEST. The state is null if the file cannot be read at all.</summary>
    public static async Task<(string? Path, ManifestState? State)> ReadAsync(
        string folder, List<Finding> problems, CancellationToken cancellationToken)
    {
        List<Finding> found = [];
        string? path = Find(folder, found);
        ManifestState? state = await ReadFileAsync(path, found, cancellationToken).ConfigureAwait(false);
        if (path is not null && state is null && !File.Exists(path))
        {
            // A running server has switched to another MANIFEST in the meantime.
            found.Clear();
            path = Find(folder, found);
            state = await ReadFileAsync(path, found, cancellationToken).ConfigureAwait(false);
        }

        problems.AddRange(found);
        return (path, state);
    }

    private static async Task<ManifestState?> ReadFileAsync(
        string? path, List<Finding> problems, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return null;
        }

        string name = Path.GetFileName(path);
        try
        {
            ManifestState state = await ManifestState.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            problems.AddRange(state.Findings.Take(MaxFindings).Select(found => Damaged(name, found)));
            if (state.FindingCount > MaxFindings)
            {
                problems.Add(Damaged(name, state.Findings[MaxFindings - 1]) with
                {
                    Bytes = 0,
                    Reason = string.Create(CultureInfo.InvariantCulture, $"{state.FindingCount - MaxFindings} more findings"),
                    Detail = null,
                });
            }

            if (state.TornEnd is { } torn)
            {
                problems.Add(torn with { File = name });
            }

            return state;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(Unreadable(name, e));
            return null;
        }
    }

    private static string? ReadCurrent(string folder, ICollection<Finding> problems)
    {
        string path = Path.Combine(folder, CurrentName);
        try
        {
            if (!RegularFile.Is(path))
            {
                throw new IOException("it is not a regular file");
            }

            using FileStream file = UnlockedFile.OpenStream(path);
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

    /// <summary>Returns a finding of the MANIFEST's reader as one about the database.</summary>
    private static Finding Damaged(string file, Finding found) => new()
    {
        Kind = FindingKind.DamagedManifest,
        File = file,
        Offset = found.Offset,
        Bytes = found.Bytes,
        Reason = found.Reason,
        Detail = found.Detail,
    };

    private static Finding Unreadable(string file, Exception exception) =>
        new() { Kind = FindingKind.Unreadable, File = file, Reason = "reading failed: " + exception.Message };

    private static string Shown(string current)
    {
        const int MaxShown = 60;
        string shown = string.Concat(current.Take(MaxShown).Select(c => char.IsBetween(c, ' ', '~') ? c : '?'));
        return $"'{shown}{(current.Length > MaxShown ? "..." : "")}'";
    }
}
