namespace WalParser.Kvrocks.Comparison;

/// <summary>Why something was not compared.</summary>
public enum UncomparedReason
{
    /// <summary>The server has no such type, or not the commands that read it.</summary>
    NoSuchType,

    /// <summary>The server has a key of that type, but no command reads all of its content.</summary>
    NotReadable,

    /// <summary>Only a part of the key is in the logs. That part was compared and is the same.</summary>
    IncompleteInLogs,

    /// <summary>The server does not report the expiry of keys (PEXPIRETIME). All else was compared and is the same.</summary>
    Expiry,

    /// <summary>The server does not report the expiry of fields (HPEXPIRETIME). All else was compared and is the same.</summary>
    FieldExpiry,

    /// <summary>The key is on the server only, and may be older than the logs.</summary>
    UnknownToLogs,

    /// <summary>The key is in a namespace that was not chosen.</summary>
    OtherNamespace,

    /// <summary>The key got another type, or again and again another node, while it was compared.</summary>
    ChangedMeanwhile,

    /// <summary>
    /// The logs have elements that no server accepts: scores that are not numbers, stream entries without fields. All else was compared and
    /// is the same.
    /// </summary>
    NotAccepted,
}
