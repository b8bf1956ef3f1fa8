namespace WalParser.Kvrocks.Elements;

/// <summary>What a record of the column family <c>stream</c> is.</summary>
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
