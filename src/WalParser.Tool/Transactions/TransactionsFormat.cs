namespace WalParser.Tool.Transactions;

/// <summary>How a list of transactions is written.</summary>
internal enum TransactionsFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>A JSON object a line.</summary>
    Jsonl,
}
