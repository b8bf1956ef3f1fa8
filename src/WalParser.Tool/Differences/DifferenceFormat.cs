namespace WalParser.Tool.Differences;

/// <summary>How a difference is shown.</summary>
internal enum DifferenceFormat
{
    Text,
    Jsonl,
}
