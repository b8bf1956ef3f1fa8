namespace WalParser.Tool.Commands;

/// <summary>How commands are written.</summary>
internal enum CommandsFormat
{
    /// <summary>A line a command, for people, and as redis-cli takes it behind the number.</summary>
    Text,

    /// <summary>One JSON object a command.</summary>
    Jsonl,

    /// <summary>The protocol itself.</summary>
    Resp,
}
