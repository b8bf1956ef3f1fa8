using WalParser.Coding;

namespace WalParser.Manifests;

/// <summary>A table file (SST) that an edit adds. Immutable; the bytes are independent copies.</summary>
public sealed record NewTableFile
{
    /// <summary>The level that the file is added to.</summary>
    public required int Level { get; init; }

    /// <summary>The file's number: 15 for <c>000015.sst</c>.</summary>
    public required ulong Number { get; init; }

    /// <summary>The size of the file, in bytes.</summary>
    public required ulong Size { get; init; }

    /// <summary>The smallest key in the file.</summary>
    public required InternalKey Smallest { get; init; }

    /// <summary>The largest key in the file.</summary>
    public required InternalKey Largest { get; init; }

    /// <summary>
    /// The smallest sequence number in the file; null in the form that LevelDB and the first releases of RocksDB write, which has none.
    /// </summary>
    public ulong? SmallestSequence { get; init; }

    /// <summary>The largest sequence number in the file; null if <see cref="SmallestSequence"/> is null.</summary>
    public ulong? LargestSequence { get; init; }

    /// <summary>The index of the database path that contains the file.</summary>
    public uint PathId { get; init; }

    /// <summary>Whether a user-defined table properties collector marked the file for compaction.</summary>
    public bool IsMarkedForCompaction { get; init; }

    /// <summary>
    /// The number of the oldest blob file that the file refers to; null if it refers to none, or if the edit does not state it.
    /// </summary>
    public ulong? OldestBlobFile { get; init; }

    /// <summary>The time at which the oldest data in the file was written; null if unknown.</summary>
    public DateTimeOffset? OldestAncestorTime => OldestAncestorTimeSeconds == 0 ? null : UnixSeconds.ToTime(OldestAncestorTimeSeconds);

    /// <summary><see cref="OldestAncestorTime"/> as it is stored: in seconds since 1970; null or 0 if unknown.</summary>
    public ulong? OldestAncestorTimeSeconds { get; init; }

    /// <summary>The time at which the file was written; null if unknown.</summary>
    public DateTimeOffset? CreationTime => CreationTimeSeconds == 0 ? null : UnixSeconds.ToTime(CreationTimeSeconds);

    /// <summary><see cref="CreationTime"/> as it is stored: in seconds since 1970; null or 0 if unknown.</summary>
    public ulong? CreationTimeSeconds { get; init; }

    /// <summary>The position of the file in the order of the files of level 0; null if the edit does not state it.</summary>
    public ulong? EpochNumber { get; init; }

    /// <summary>The checksum of the whole file, as <see cref="ChecksumFunction"/> computes it; empty if there is none.</summary>
    public ReadOnlyMemory<byte> Checksum { get; init; }

    /// <summary>The name of the checksum function; null if there is no checksum.</summary>
    public string? ChecksumFunction { get; init; }

    /// <summary>
    /// The expected temperature of the file (<c>Temperature</c> in RocksDB's <c>include/rocksdb/types.h</c>); null if the edit does not
    /// state it.
    /// </summary>
    public byte? Temperature { get; init; }

    /// <summary>The smallest user-defined timestamp in the file; empty if the edit does not state it.</summary>
    public ReadOnlyMemory<byte> MinTimestamp { get; init; }

    /// <summary>The largest user-defined timestamp in the file; empty if the edit does not state it.</summary>
    public ReadOnlyMemory<byte> MaxTimestamp { get; init; }

    /// <summary>The internal unique id that RocksDB assigns to the file, 16 bytes; empty if the edit does not state it.</summary>
    public ReadOnlyMemory<byte> UniqueId { get; init; }

    /// <summary>
    /// The estimated size, in bytes, of the data in other files that the file's range deletions cover; null if the edit does not state it.
    /// </summary>
    public ulong? CompensatedRangeDeletionSize { get; init; }

    /// <summary>The size of the part of the file after its data blocks, in bytes; null if the edit does not state it.</summary>
    public ulong? TailSize { get; init; }

    /// <summary>Whether the keys in the file include user-defined timestamps, if the column family has them.</summary>
    public bool HasUserDefinedTimestamps { get; init; } = true;

    /// <summary>
    /// The metadata that lets a reader open the file without reading it first (RocksDB 11); empty if the edit does not state it.
    /// </summary>
    public ReadOnlyMemory<byte> OpenMetadata { get; init; }

    /// <summary>Custom fields that this library does not know and that are safe to ignore.</summary>
    public IReadOnlyList<IgnoredField> Ignored { get; init; } = [];
}
