using System.Globalization;
using System.Text.RegularExpressions;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// A folder of findings. For each finding it contains the input and a text that describes the failure, the seed, and a command line that
/// reproduces it. Existing files are not overwritten.
/// </summary>
internal sealed partial class FindingStore(string folder, FuzzTarget target)
{
    /// <summary>The size in bytes up to which an input is printed with its description, so that it is not lost with the machine.</summary>
    private const int MostShown = 3000;

    private readonly HashSet<string> _signatures = [];

    /// <summary>The folder as an absolute path.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    public int Count => _signatures.Count;

    /// <summary>
    /// Saves a finding and returns the path of its input. Returns null if a finding with the same signature was saved before.
    /// </summary>
    public string? Save(FuzzFinding finding, int seed, long executions)
    {
        if (!_signatures.Add(finding.Signature))
        {
            return null;
        }

        string path = Path.Combine(Folder, finding.Name);
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Folder);
            File.WriteAllText(path + ".txt", string.Create(CultureInfo.InvariantCulture, $"""
                {finding.Signature}
                target {target.Name}, seed {seed}, execution {executions}, {finding.Input.Length} bytes
                {ReproductionOf(path)}

                {finding.Failure}

                """));
            File.WriteAllBytes(path, finding.Input);
        }

        return path;
    }

    /// <summary>
    /// Returns the text to print for a saved finding: the failure, the command that reproduces it, and the input itself if it is small.
    /// </summary>
    public string Describe(FuzzFinding finding, string path)
    {
        string text = $"found: {finding.Failure.Message.ReplaceLineEndings(" ")}\n{ReproductionOf(path)}";
        return finding.Input.Length > MostShown ? text : $"{text}\ninput in Base64: {Convert.ToBase64String(finding.Input)}";
    }

    /// <summary>Returns the command that runs an input again, from any folder.</summary>
    public string ReproductionOf(string path) =>
        $"dotnet run -c Release --project {Quote(CorpusFolder.Project)} -- repro --target {target.Name} {Quote(path)}";

    /// <summary>Quotes a path so that a shell reads it as one word.</summary>
    private static string Quote(string path) =>
        PlainPath().IsMatch(path) ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./+-]+$")]
    private static partial Regex PlainPath();
}
