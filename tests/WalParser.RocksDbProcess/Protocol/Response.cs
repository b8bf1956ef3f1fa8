namespace WalParser.RocksDbProcess.Protocol;

/// <summary>A line of the process's output: the response to a request.</summary>
internal sealed record Response
{
    /// <summary>RocksDB's message if it refused; otherwise null.</summary>
    public string? Error { get; init; }

    /// <summary>The last sequence number that recovery found, in the response to <see cref="RequestKind.Open"/>.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>The number of transactions that are prepared and neither committed nor rolled back.</summary>
    public int Prepared { get; init; }

    /// <summary>The column families with their content.</summary>
    public FamilyContent[] Families { get; init; } = [];

    /// <summary>The batches of the database's WALs, from the first one.</summary>
    public Update[] Updates { get; init; } = [];

    /// <summary>RocksDB's message if the updates are not available or incomplete; otherwise null.</summary>
    public string? UpdatesError { get; init; }
}
