namespace WalParser.RocksDb.Tests.Child;

/// <summary>The kind of result of a request to RocksDB.</summary>
internal enum AnswerKind
{
    /// <summary>RocksDB answered.</summary>
    Answered,

    /// <summary>RocksDB used more processor time than <see cref="RocksDbChild.ProcessorLimit"/> and did not answer.</summary>
    Loops,

    /// <summary>RocksDB ended the process.</summary>
    Crashes,
}
