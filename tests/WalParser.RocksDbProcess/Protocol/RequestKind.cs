namespace WalParser.RocksDbProcess.Protocol;

/// <summary>What a <see cref="Request"/> asks for.</summary>
internal enum RequestKind
{
    /// <summary>Makes a database, reports its batches as <c>rocksdb_get_updates_since</c> gives them, and closes it.</summary>
    Make,

    /// <summary>As <see cref="Make"/>, but the process ends by SIGKILL instead of closing the database. The response comes first.</summary>
    MakeAndDie,

    /// <summary>Opens a database, with what its recovery writes, and reports all that it holds.</summary>
    Open,
}
