using WalParser.Framing;

namespace WalParser.Tool.Dump;

/// <summary>What a dump shows.</summary>
internal sealed record DumpOptions
{
    /// <summary>Which operations; the column families come from the names or ids that were asked for.</summary>
    public required OperationFilter Filter { get; init; }

    /// <summary>The recovery mode; null if none was asked for.</summary>
    public WalRecoveryMode? Mode { get; init; }

    /// <summary>Only what RocksDB would replay on opening the database.</summary>
    public bool IsRecovery { get; init; }

    /// <summary>Only what took effect of transactions, in commit order.</summary>
    public bool IsCommittedOnly { get; init; }

    /// <summary>How many operations at the most; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Where the values of blob indexes are found; null to show the indexes.</summary>
    public BlobValues? Blobs { get; init; }

    /// <summary>What tells what operations mean to Kvrocks; null to show them as they are stored.</summary>
    public KvrocksDecoders? Decoders { get; init; }
}
