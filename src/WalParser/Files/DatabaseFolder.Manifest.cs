using System.Globalization;
using System.Text;
using WalParser.Manifests;

namespace WalParser.Files;

/// <content>Which MANIFEST is the live one, and what it says.</content>
public sealed partial class DatabaseFolder
{
    private const string CurrentName = "CURRENT";
    private const string ManifestPrefix = "MANIFEST-";

    // A name and a line feed; what is longer is no CURRENT.
    private const int LongestCurrent = 256;

    /// <summary>What the live MANIFEST says; null if there is none, or it could not be read.</summary>
    public ManifestState? Manifest { get; private init; }

    /// <summary>
    /// The path of the live MANIFEST: the one that <c>CURRENT</c> names or, if that names none that is there, the one with the
    /// greatest number. Null if there is none.
    /// </summary>
    /// <param name="path">The folder, or one whose <c>db</c> folder holds the database.</param>
    /// <param name="problems">Takes what is not as it should be: <see cref="DatabaseProblemKind.MissingCurrent"/> and its like.</param>
    /// <exception cref="IOException">The folder cannot be listed, or <c>CURRENT</c> cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be listed, or <c>CURRENT</c> may not be read.</exception>
    public static string? FindManifest(string path, ICollection<DatabaseProblem>? problems = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        string folder = LocateDatabase(path);
        problems ??= [];
        SortedDictionary<ulong, string> manifests = ListManifests(folder);
        if (manifests.Count > 1)
        {
            string names = string.Join(", ", manifests.Values.Select(manifest => System.IO.Path.GetFileName(manifest)));
            problems.Add(new DatabaseProblem { Kind = DatabaseProblemKind.SeveralManifests, File = ".", Message = $"there are several MANIFESTs: {names}" });
        }

        string? greatest = manifests.Count > 0 ? manifests.Values.Last() : null;
        string otherwise = greatest is null ? "there is no MANIFEST" : $"{System.IO.Path.GetFileName(greatest)} is read";
        if (ReadCurrent(folder) is not { } named)
        {
            if (greatest is not null)
            {
                problems.Add(new DatabaseProblem { Kind = DatabaseProblemKind.MissingCurrent, File = CurrentName, Message = $"is missing; {otherwise}" });
            }

            return greatest;
        }

        if (TryGetManifestNumber(named, out _) && File.Exists(System.IO.Path.Combine(folder, named)))
        {
            return System.IO.Path.Combine(folder, named);
        }

        string fault = TryGetManifestNumber(named, out _) ? $"names {named}, which is not there" : "does not hold the name of a MANIFEST";
        problems.Add(new DatabaseProblem { Kind = DatabaseProblemKind.DanglingCurrent, File = CurrentName, Message = $"{fault}; {otherwise}" });
        return greatest;
    }

    private static async Task<ManifestState?> ReadManifestAsync(string folder, List<DatabaseProblem> problems, CancellationToken cancellationToken)
    {
        string? path = null;
        try
        {
            List<DatabaseProblem> found = [];
            ManifestState? state = null;
            path = FindManifest(folder, found);
            try
            {
                state = path is null ? null : await ManifestState.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            }
            catch (FileNotFoundException)
            {
                // A running server has begun a new MANIFEST in between.
                found.Clear();
                path = FindManifest(folder, found);
                state = path is null ? null : await ManifestState.ReadAsync(path, cancellationToken).ConfigureAwait(false);
            }

            problems.AddRange(found);
            if (state?.ProblemCount > 0)
            {
                problems.Add(new DatabaseProblem
                {
                    Kind = DatabaseProblemKind.DamagedManifest,
                    File = System.IO.Path.GetFileName(path!),
                    Message = state.Problems[0] + (state.ProblemCount == 1
                        ? ""
                        : string.Create(CultureInfo.InvariantCulture, $"; and {state.ProblemCount - 1} more")),
                });
            }

            return state;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string name = path is null ? CurrentName : System.IO.Path.GetFileName(path);
            problems.Add(new DatabaseProblem { Kind = DatabaseProblemKind.Unreadable, File = name, Message = $"could not be read: {e.Message}" });
            return null;
        }
    }

    private static SortedDictionary<ulong, string> ListManifests(string folder)
    {
        SortedDictionary<ulong, string> manifests = [];
        foreach (string path in Directory.EnumerateFiles(folder, ManifestPrefix + "*"))
        {
            if (TryGetManifestNumber(System.IO.Path.GetFileName(path), out ulong number))
            {
                manifests.TryAdd(number, path);
            }
        }

        return manifests;
    }

    private static bool TryGetManifestNumber(string name, out ulong number)
    {
        number = 0;
        return name.StartsWith(ManifestPrefix, StringComparison.Ordinal)
            && ulong.TryParse(name.AsSpan(ManifestPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>What CURRENT holds, without the line feed at its end; null if there is none.</summary>
    private static string? ReadCurrent(string folder)
    {
        string path = System.IO.Path.Combine(folder, CurrentName);
        if (!File.Exists(path))
        {
            return null;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] content = new byte[LongestCurrent];
        int length = file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return Encoding.UTF8.GetString(content, 0, length).TrimEnd('\n');
    }
}
