namespace WalParser.RocksDbProcess.Protocol;

/// <summary>A line of the process's input.</summary>
/// <param name="Kind">The kind of request.</param>
/// <param name="Folder">The database's folder.</param>
/// <param name="Options">The options, in the form for <c>rocksdb_get_options_from_string</c>. All column families have the same
/// options.</param>
/// <param name="Database">The class that opens the folder.</param>
internal sealed record Request(RequestKind Kind, string Folder, string Options, DatabaseKind Database)
{
    /// <summary>The steps that create a database.</summary>
    public Step[] Steps { get; init; } = [];

    /// <summary>Whether the keys end in a timestamp of 8 bytes. Scans then read as of the greatest timestamp.</summary>
    public bool HasTimestamps { get; init; }

    /// <summary>
    /// The size in bytes at which a transaction writes its operations before it is prepared, with
    /// <see cref="DatabaseKind.WriteUnprepared"/>.
    /// </summary>
    public long UnpreparedThreshold { get; init; }
}
