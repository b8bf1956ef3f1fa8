namespace WalParser.Kvrocks.LogRecords;

/// <summary>What log data is.</summary>
public enum KvrocksLogDataKind
{
    /// <summary>Nothing that Kvrocks is known to write.</summary>
    Unknown,

    /// <summary>What begins a command's records: the type and, of some commands, the command.</summary>
    Command,

    /// <summary>What the server itself notes: the id of its replication history.</summary>
    Server,
}
