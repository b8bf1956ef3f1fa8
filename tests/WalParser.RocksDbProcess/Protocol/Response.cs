namespace WalParser.RocksDbProcess.Protocol;

/// <summary>A line of the process's output: what came of a request.</summary>
internal sealed record Response
{
    /// <summary>Why RocksDB refused, in its words; null if it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The last sequence number that recovery found, in the response to <see cref="RequestKind.Open"/>.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>The number of transactions that are prepared and neither committed nor rolled back.</summary>
    public int Prepared { get; init; }

    /// <summary>The column families with all that they hold.</summary>
    public FamilyContent[] Families { get; init; } = [];

    /// <summary>The batches of the database's WALs, from the first.</summary>
    public Update[] Updates { get; init; } = [];

    /// <summary>Why there are no (more) updates, in RocksDB's words; null if they came to their end.</summary>
    public string? UpdatesError { get; init; }
}
