using WalParser.Fuzz.Instrumentation;

namespace WalParser.Fuzz.Engine;

/// <summary>Selects a small part of a corpus that has the same coverage.</summary>
internal static class CorpusMinimizer
{
    /// <summary>Returns the files that are needed, the cheapest first. Each covers something that the files before it do not.</summary>
    /// <param name="executor">Runs the inputs.</param>
    /// <param name="files">The corpus.</param>
    /// <param name="wrong">The files that are findings. They are not selected.</param>
    public static IReadOnlyList<string> Choose(Executor executor, IEnumerable<string> files, out IReadOnlyList<string> wrong)
    {
        List<string> findings = [];
        List<(string File, long Cost, byte[] Counters)> runs = [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            byte[] input = File.ReadAllBytes(file);
            if (executor.Run(input) is null)
            {
                runs.Add((file, input.Length, EdgeMap.Counters.ToArray()));
            }
            else
            {
                findings.Add(file);
            }
        }

        wrong = findings;
        var coverage = new CoverageMap();
        return [.. runs.OrderBy(run => run.Cost).Where(run => coverage.Add(run.Counters)).Select(run => run.File)];
    }
}
