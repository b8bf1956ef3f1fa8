using System.Globalization;
using System.Text.RegularExpressions;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// A folder with what was found: for each finding its input, and a text that tells what is wrong, the seed, and how to repeat it in one line. What
/// is there stays as it is: nothing is written over.
/// </summary>
internal sealed partial class FindingStore(string folder, FuzzTarget target)
{
    /// <summary>Up to so many bytes, an input is shown where it is told of, so that it is not lost with the machine.</summary>
    private const int MostShown = 3000;

    private readonly HashSet<string> _signatures = [];

    /// <summary>Where findings go, as an absolute path.</summary>
    public string Folder { get; } = Path.GetFullPath(folder);

    public int Count => _signatures.Count;

    /// <summary>Saves a finding, unless one of its signature is known; then null, else the path of its input.</summary>
    public string? Save(Finding finding, int seed, long executions)
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

    /// <summary>What is said of a finding that was saved: what is wrong, the command that runs it again, and the input itself if it is small.</summary>
    public string Describe(Finding finding, string path)
    {
        string text = $"found: {finding.Failure.Message.ReplaceLineEndings(" ")}\n{ReproductionOf(path)}";
        return finding.Input.Length > MostShown ? text : $"{text}\nits input in Base64: {Convert.ToBase64String(finding.Input)}";
    }

    /// <summary>The command that runs an input again, from any folder.</summary>
    public string ReproductionOf(string path) =>
        $"dotnet run -c Release --project {Quote(CorpusFolder.Project)} -- repro --target {target.Name} {Quote(path)}";

    /// <summary>As a shell takes it for one word.</summary>
    private static string Quote(string path) => PlainPath().IsMatch(path) ? path : $"'{path.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    [GeneratedRegex(@"^[\w./+-]+$")]
    private static partial Regex PlainPath();
}
