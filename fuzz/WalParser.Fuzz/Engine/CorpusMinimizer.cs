using WalParser.Fuzz.Instrumentation;

namespace WalParser.Fuzz.Engine;

/// <summary>Picks out of a corpus a small part that covers the same.</summary>
internal static class CorpusMinimizer
{
    /// <summary>The files that are needed: the cheapest first, and each covers something that those before it do not.</summary>
    public static IReadOnlyList<string> Choose(Executor executor, IEnumerable<string> files)
    {
        List<(string File, long Cost, byte[] Counters)> runs = [];
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            byte[] input = File.ReadAllBytes(file);
            if (executor.Run(input) is null)
            {
                runs.Add((file, input.Length, EdgeMap.Counters.ToArray()));
            }
        }

        var coverage = new CoverageMap();
        return [.. runs.OrderBy(run => run.Cost).Where(run => coverage.Add(run.Counters)).Select(run => run.File)];
    }
}
