namespace WalParser.Blobs;

/// <summary>The first byte of a blob index: <c>BlobIndex::Type</c> in RocksDB's <c>db/blob/blob_index.h</c>.</summary>
public enum BlobIndexType : byte
{
    /// <summary>The value itself, with the time at which it expires.</summary>
    InlinedTtl = 0,

    /// <summary>The location of the value in a blob file.</summary>
    Blob = 1,

    /// <summary>The location of the value in a blob file, and the time at which the value expires.</summary>
    BlobTtl = 2,
}
