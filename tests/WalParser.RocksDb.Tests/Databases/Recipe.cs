using WalParser.RocksDbProcess.Protocol;

namespace WalParser.RocksDb.Tests.Databases;

/// <summary>A kind of database that RocksDB creates for the comparison.</summary>
/// <param name="Name">The name.</param>
/// <param name="Options">RocksDB's options in addition to those of all recipes.</param>
/// <param name="Database">The class that opens it.</param>
/// <param name="Features">The features of its history.</param>
internal sealed record Recipe(string Name, string Options, DatabaseKind Database, Features Features)
{
    private const string Common =
        "merge_operator=stringappend;write_buffer_size=67108864;max_background_jobs=1;stats_dump_period_sec=0;stats_persist_period_sec=0;";

    /// <summary>All recipes.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("plain", "", DatabaseKind.Plain, Features.Merges | Features.Ranges),
        new("compressed", "wal_compression=kZSTD;", DatabaseKind.Plain, Features.Merges | Features.Ranges),
        new("recycled", "recycle_log_file_num=2;", DatabaseKind.Plain, Features.Merges),
        new("recycled-compressed", "recycle_log_file_num=2;wal_compression=kZSTD;", DatabaseKind.Plain, Features.Merges),
        new("tracked", "track_and_verify_wals_in_manifest=true;", DatabaseKind.Plain, Features.Merges),
        new("predecessors", "track_and_verify_wals=true;", DatabaseKind.Plain, Features.Merges),
        new("predecessors-recycled", "track_and_verify_wals=true;recycle_log_file_num=2;", DatabaseKind.Plain, Features.Merges),
        new("families", "", DatabaseKind.Plain, Features.Merges | Features.Ranges | Features.Families),
        new("entities", "", DatabaseKind.Plain, Features.Merges | Features.Entities),
        new("timestamps", "comparator=leveldb.BytewiseComparator.u64ts;", DatabaseKind.Plain, Features.Timestamps),
        new("blobs", Blobs + "blob_compression_type=kLZ4Compression;", DatabaseKind.Plain, Features.LargeValues),
        new("blobs-direct", BlobsDirect, DatabaseKind.Plain, Features.LargeValues),
        new("archived", "WAL_ttl_seconds=36000;", DatabaseKind.Plain, Features.Merges | Features.Ranges | Features.Families),
        new("reopened", "avoid_flush_during_recovery=true;", DatabaseKind.Plain, Features.Merges | Features.Ranges | Features.Reopens),
        new(
            "empty-ranges",
            "avoid_flush_during_recovery=true;",
            DatabaseKind.Plain,
            Features.Ranges | Features.EmptyRanges | Features.Reopens),
        new("outside-wal", "avoid_flush_during_shutdown=true;", DatabaseKind.Plain, Features.Merges | Features.OutsideWal),
        new("atomic-flush", "atomic_flush=true;", DatabaseKind.Plain, Features.Merges),
        new("optimistic", "", DatabaseKind.Optimistic, Features.Merges | Features.Transactions),
        new("write-committed", "", DatabaseKind.WriteCommitted, Features.Merges | Features.Transactions),
        new("write-committed-recycled", "recycle_log_file_num=2;", DatabaseKind.WriteCommitted, Features.Merges | Features.Transactions),
        new("write-prepared", "", DatabaseKind.WritePrepared, Features.Merges | Features.Transactions),
        new("write-prepared-queues", "two_write_queues=true;", DatabaseKind.WritePrepared, Features.Transactions),
        new("write-unprepared", "", DatabaseKind.WriteUnprepared, Features.Transactions),
    ];

    private const string Blobs = "enable_blob_files=true;min_blob_size=100;";

    // Closing such a database flushes it, so that its WALs are only in the archive.
    private const string BlobsDirect =
        Blobs + "enable_blob_direct_write=true;allow_concurrent_memtable_write=false;WAL_ttl_seconds=36000;";

    /// <summary>Returns the recipe with the given name.</summary>
    public static Recipe Named(string name) => All.Single(recipe => recipe.Name == name);

    /// <summary>Returns true if its history contains a feature.</summary>
    public bool Has(Features features) => (Features & features) == features;

    /// <summary>Creates a request for a database of this recipe.</summary>
    /// <param name="kind">The kind of request.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Additional options, which override those of the recipe.</param>
    public Request Ask(RequestKind kind, string folder, string options = "") => new(kind, folder, Common + Options + options, Database)
    {
        HasTimestamps = Has(Features.Timestamps),
        UnpreparedThreshold = Database == DatabaseKind.WriteUnprepared ? 200 : 0,
    };
}
