namespace WalParser.Tool.Dump;

/// <summary>The formats of a dump.</summary>
internal enum DumpFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>A JSON object a line, exact.</summary>
    Jsonl,

    /// <summary>A row an operation.</summary>
    Csv,
}
