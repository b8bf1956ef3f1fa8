namespace WalParser.RocksDbProcess.Protocol;

/// <summary>The kind of a <see cref="Step"/>.</summary>
internal enum StepKind
{
    /// <summary>Writes the operations as one batch.</summary>
    Write,

    /// <summary>Flushes a column family's memtable; RocksDB then starts a new WAL.</summary>
    Flush,

    /// <summary>Creates a column family.</summary>
    CreateFamily,

    /// <summary>Drops a column family.</summary>
    DropFamily,

    /// <summary>Begins a transaction and adds the operations to it.</summary>
    Begin,

    /// <summary>Adds the operations to a transaction.</summary>
    Add,

    /// <summary>Prepares a transaction.</summary>
    Prepare,

    /// <summary>Commits a transaction.</summary>
    Commit,

    /// <summary>Rolls a transaction back.</summary>
    RollBack,

    /// <summary>Closes the database and opens it again.</summary>
    Reopen,
}
