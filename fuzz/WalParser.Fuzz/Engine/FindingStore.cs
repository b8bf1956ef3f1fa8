using System.Globalization;
using WalParser.Fuzz.Targets;

namespace WalParser.Fuzz.Engine;

/// <summary>
/// A folder with what was found: for each finding its input, and a text that tells what is wrong, the seed, and how to repeat it in one line.
/// </summary>
internal sealed class FindingStore(string folder, FuzzTarget target)
{
    private readonly HashSet<string> _signatures = [];

    public string Folder => folder;

    public int Count => _signatures.Count;

    /// <summary>Saves a finding, unless it is known; then null, else the path of its input.</summary>
    public string? Save(Finding finding, int seed, long executions)
    {
        if (!_signatures.Add(finding.Signature))
        {
            return null;
        }

        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, finding.Name);
        File.WriteAllBytes(path, finding.Input);
        File.WriteAllText(path + ".txt", string.Create(CultureInfo.InvariantCulture, $"""
            {finding.Signature}
            target {target.Name}, seed {seed}, execution {executions}, {finding.Input.Length} bytes
            {ReproductionOf(path)}

            {finding.Failure}

            """));
        return path;
    }

    /// <summary>The command that runs an input again.</summary>
    public string ReproductionOf(string path) =>
        $"dotnet run -c Release --project fuzz/WalParser.Fuzz -- repro --target {target.Name} {path}";
}
