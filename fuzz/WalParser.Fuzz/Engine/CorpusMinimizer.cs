using WalParser.Fuzz.Instrumentation;

namespace WalParser.Fuzz.Engine;

/// <summary>Picks out of a corpus a small part that covers the same.</summary>
internal static class CorpusMinimizer
{
    /// <summary>The files that are needed: the cheapest first, and each covers something that those before it do not.</summary>
    /// <param name="executor">Runs them.</param>
    /// <param name="files">The corpus.</param>
    /// <param name="wrong">Those that show something wrong, which are findings and not chosen.</param>
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
