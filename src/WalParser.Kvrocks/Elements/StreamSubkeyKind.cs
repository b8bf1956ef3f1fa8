namespace WalParser.Kvrocks.Elements;

/// <summary>The kinds of records in the column family <c>stream</c>.</summary>
public enum StreamSubkeyKind
{
    /// <summary>An entry.</summary>
    Entry,

    /// <summary>A consumer group.</summary>
    Group,

    /// <summary>A consumer of a group.</summary>
    Consumer,

    /// <summary>An entry that was delivered to a consumer and not acknowledged yet.</summary>
    PendingEntry,
}
