namespace WalParser.RocksDbProcess.Protocol;

/// <summary>What an <see cref="Operation"/> does.</summary>
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

    /// <summary>
    /// <c>PutEntity</c>. The C API lacks it; the batch is laid out by <see cref="RawBatch"/> and given to RocksDB as a whole.
    /// </summary>
    PutEntity,

    /// <summary><c>TimedPut</c>. The C API lacks it too.</summary>
    TimedPut,

    /// <summary><c>PutLogData</c>.</summary>
    LogData,
}
