namespace WalParser.Kvrocks.ServerRecords;

/// <summary>The kinds of records in the column family <c>propagate</c>.</summary>
public enum PropagatedKind
{
    /// <summary>A record that is newer than this library, or a setting of another kind.</summary>
    Other,

    /// <summary>A script; its name is the SHA-1 of its text.</summary>
    Script,

    /// <summary>The code of a library of functions; its name is that of the library.</summary>
    Library,

    /// <summary>A function; the value is the name of its library.</summary>
    Function,

    /// <summary>The namespaces and their tokens, as JSON.</summary>
    Namespaces,

    /// <summary>The id of the server's replication history.</summary>
    ReplicationId,

    /// <summary>A command that replicas execute, such as SCRIPT FLUSH, as a RESP array.</summary>
    Command,
}
