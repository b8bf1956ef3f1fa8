using WalParser.Coding;

namespace WalParser.Manifests;

/// <summary>A table file (SST) that an edit adds. Immutable; the bytes are copies of their own.</summary>
public sealed record NewTableFile
{
    /// <summary>The level it is added to.</summary>
    public required int Level { get; init; }

    /// <summary>Its number: 15 for <c>000015.sst</c>.</summary>
    public required ulong Number { get; init; }

    /// <summary>Its size in bytes.</summary>
    public required ulong Size { get; init; }

    /// <summary>The smallest key in it.</summary>
    public required InternalKey Smallest { get; init; }

    /// <summary>The largest key in it.</summary>
    public required InternalKey Largest { get; init; }

    /// <summary>The smallest sequence number in it; null in the form that LevelDB and the first RocksDB write, which has none.</summary>
    public ulong? SmallestSequence { get; init; }

    /// <summary>The largest sequence number in it; null where <see cref="SmallestSequence"/> is.</summary>
    public ulong? LargestSequence { get; init; }

    /// <summary>Which of the database's paths it lies in.</summary>
    public uint PathId { get; init; }

    /// <summary>Whether a user's table properties collector has marked it for compaction.</summary>
    public bool IsMarkedForCompaction { get; init; }

    /// <summary>The number of the oldest blob file it refers to; null if it refers to none, or does not say.</summary>
    public ulong? OldestBlobFile { get; init; }

    /// <summary>The time at which the oldest of the data in it was written; null if it is not known.</summary>
    public DateTimeOffset? OldestAncestorTime => OldestAncestorTimeSeconds == 0 ? null : UnixTime.FromSeconds(OldestAncestorTimeSeconds);

    /// <summary><see cref="OldestAncestorTime"/> as it is stored: in seconds since 1970; null or 0 if it is not known.</summary>
    public ulong? OldestAncestorTimeSeconds { get; init; }

    /// <summary>The time at which the file was written; null if it is not known.</summary>
    public DateTimeOffset? CreationTime => CreationTimeSeconds == 0 ? null : UnixTime.FromSeconds(CreationTimeSeconds);

    /// <summary><see cref="CreationTime"/> as it is stored: in seconds since 1970; null or 0 if it is not known.</summary>
    public ulong? CreationTimeSeconds { get; init; }

    /// <summary>Its place in the order of the files of level 0; null if it does not say.</summary>
    public ulong? EpochNumber { get; init; }

    /// <summary>The checksum of the whole file, as <see cref="ChecksumFunction"/> has it; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Checksum { get; init; }

    /// <summary>The name of the checksum's function; null if there is no checksum.</summary>
    public string? ChecksumFunction { get; init; }

    /// <summary>How warm the file is taken to be (<c>Temperature</c> in RocksDB's <c>include/rocksdb/types.h</c>); null if it does not say.</summary>
    public byte? Temperature { get; init; }

    /// <summary>The smallest user-defined timestamp in it; empty if it does not say.</summary>
    public ReadOnlyMemory<byte> MinTimestamp { get; init; }

    /// <summary>The largest user-defined timestamp in it; empty if it does not say.</summary>
    public ReadOnlyMemory<byte> MaxTimestamp { get; init; }

    /// <summary>RocksDB's internal unique id of the file, 16 bytes; empty if it does not say.</summary>
    public ReadOnlyMemory<byte> UniqueId { get; init; }

    /// <summary>How many bytes elsewhere its range deletions are thought to cover; null if it does not say.</summary>
    public ulong? CompensatedRangeDeletionSize { get; init; }

    /// <summary>The size in bytes of what stands behind its data blocks; null if it does not say.</summary>
    public ulong? TailSize { get; init; }

    /// <summary>Whether its keys have their user-defined timestamps, where the column family has such.</summary>
    public bool HasUserDefinedTimestamps { get; init; } = true;

    /// <summary>What a reader needs to open the file without looking into it (RocksDB 11); empty if it does not say.</summary>
    public ReadOnlyMemory<byte> OpenMetadata { get; init; }

    /// <summary>Custom fields that are not known here and may be ignored.</summary>
    public IReadOnlyList<IgnoredField> Ignored { get; init; } = [];
}
