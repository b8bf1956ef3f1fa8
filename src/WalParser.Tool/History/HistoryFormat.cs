namespace WalParser.Tool.History;

/// <summary>How a history is shown.</summary>
internal enum HistoryFormat
{
    Text,
    Jsonl,
}
