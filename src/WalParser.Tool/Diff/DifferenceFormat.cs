namespace WalParser.Tool.Diff;

/// <summary>How a difference is shown.</summary>
internal enum DifferenceFormat
{
    Text,
    Jsonl,
}
