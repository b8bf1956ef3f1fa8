using WalParser.Kvrocks.Comparison;
using WalParser.Tool.Output;
using static WalParser.Tool.Output.ReportText;

namespace WalParser.Tool.Compare;

/// <summary>Shows the progress of a comparison: the keys of the logs, and then those of the server.</summary>
internal sealed class CompareProgress(ProgressLine line) : IProgress<ComparisonProgress>
{
    public void Report(ComparisonProgress value) => line.Show(seconds => value.Listed == 0
        ? $"{Grouped(value.Done)} of {Count(value.KeyCount, "key")}, {Grouped((long)(value.Done / seconds))} keys/s"
        : $"{Count(value.Listed, "key")} of the server listed");
}
