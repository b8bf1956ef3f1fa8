namespace WalParser.RocksDb.Tests.Child;

/// <summary>How a request to RocksDB ended.</summary>
internal enum AnswerKind
{
    /// <summary>RocksDB answered.</summary>
    Answered,

    /// <summary>RocksDB used the processor for as long as <see cref="RocksDbChild.ProcessorLimit"/>, and did not end.</summary>
    Loops,

    /// <summary>RocksDB ended the process.</summary>
    Crashes,
}
