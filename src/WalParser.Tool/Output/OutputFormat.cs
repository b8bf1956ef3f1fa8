namespace WalParser.Tool.Output;

/// <summary>The formats in which commands write. Each command offers some of them.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One JSON document.</summary>
    Json,

    /// <summary>One JSON object per line.</summary>
    Jsonl,

    /// <summary>One row per operation, as RFC 4180 defines it.</summary>
    Csv,

    /// <summary>The Redis serialization protocol.</summary>
    Resp,

    /// <summary>An append-only file of Redis: the protocol, with the times of the commands.</summary>
    Aof,

    /// <summary>A snapshot of Redis.</summary>
    Rdb,
}
