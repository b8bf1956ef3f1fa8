namespace WalParser.Kvrocks.LogRecords;

/// <summary>The kinds of log data that Kvrocks writes.</summary>
public enum KvrocksLogDataKind
{
    /// <summary>Log data that Kvrocks is not known to write.</summary>
    Unknown,

    /// <summary>The log data before the records of a command: the type and, for some commands, the command.</summary>
    Command,

    /// <summary>Log data of the server itself: the id of its replication history.</summary>
    Server,
}
