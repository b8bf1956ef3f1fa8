using WalParser.Framing;

namespace WalParser.Tool.Dump;

/// <summary>The options of a dump.</summary>
internal sealed record DumpOptions
{
    /// <summary>Which operations are shown. Its column families are set for each database.</summary>
    public required OperationFilter Filter { get; init; }

    /// <summary>The recovery mode; null for the default.</summary>
    public WalRecoveryMode? Mode { get; init; }

    /// <summary>Whether only the records that RocksDB would replay on opening the database are shown.</summary>
    public bool IsRecovery { get; init; }

    /// <summary>The release of RocksDB whose rules of recovery are applied.</summary>
    public RocksDbRelease Release { get; init; } = RocksDbRelease.V11;

    /// <summary>Whether only committed operations are shown, in the order of the commits.</summary>
    public bool IsCommittedOnly { get; init; }

    /// <summary>The maximum number of operations; null for all.</summary>
    public long? Limit { get; init; }

    /// <summary>Finds the values of blob indexes; null to show the indexes.</summary>
    public BlobValues? Blobs { get; init; }

    /// <summary>Decodes what operations mean to Kvrocks; null to show operations as they are stored.</summary>
    public KvrocksDecoders? Decoders { get; init; }
}
