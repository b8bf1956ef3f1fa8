namespace WalParser.RocksDbProcess.Protocol;

/// <summary>The kind of an <see cref="Operation"/>.</summary>
internal enum OperationKind
{
    /// <summary><c>Put</c>.</summary>
    Put,

    /// <summary><c>Delete</c>.</summary>
    Delete,

    /// <summary><c>SingleDelete</c>.</summary>
    SingleDelete,

    /// <summary><c>DeleteRange</c>.</summary>
    DeleteRange,

    /// <summary><c>Merge</c>.</summary>
    Merge,

    /// <summary><c>PutEntity</c>. The C API lacks it. <see cref="RawBatch"/> creates the batch, and RocksDB writes it as a whole.</summary>
    PutEntity,

    /// <summary><c>TimedPut</c>. The C API also lacks it.</summary>
    TimedPut,

    /// <summary><c>PutLogData</c>.</summary>
    LogData,
}
