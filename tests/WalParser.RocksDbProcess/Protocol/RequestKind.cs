namespace WalParser.RocksDbProcess.Protocol;

/// <summary>The kind of a <see cref="Request"/>.</summary>
internal enum RequestKind
{
    /// <summary>Creates a database, returns its batches from <c>rocksdb_get_updates_since</c>, and closes it.</summary>
    Make,

    /// <summary>
    /// The same as <see cref="Make"/>, but instead of closing the database the process ends with SIGKILL, after the response.
    /// </summary>
    MakeAndDie,

    /// <summary>Opens a database, which runs its recovery, and returns its content.</summary>
    Open,
}
