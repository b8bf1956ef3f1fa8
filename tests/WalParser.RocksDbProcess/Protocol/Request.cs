namespace WalParser.RocksDbProcess.Protocol;

/// <summary>A line of the process's input.</summary>
/// <param name="Kind">What is asked for.</param>
/// <param name="Folder">The database's folder.</param>
/// <param name="Options">The options, as <c>rocksdb_get_options_from_string</c> takes them. All column families have the same.</param>
/// <param name="Database">How the folder is opened.</param>
internal sealed record Request(RequestKind Kind, string Folder, string Options, DatabaseKind Database)
{
    /// <summary>How a database is made.</summary>
    public Step[] Steps { get; init; } = [];

    /// <summary>Whether its keys end in a timestamp of 8 bytes. Scans then read as of the greatest.</summary>
    public bool HasTimestamps { get; init; }

    /// <summary>
    /// How many bytes of a transaction are written before it is prepared, under <see cref="DatabaseKind.WriteUnprepared"/>.
    /// </summary>
    public long UnpreparedThreshold { get; init; }
}
