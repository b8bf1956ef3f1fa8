namespace WalParser.Manifests;

/// <summary>Blobs in a file that are no longer needed. An edit reports them in addition to those that earlier edits reported.</summary>
/// <param name="Number">The blob file's number.</param>
/// <param name="BlobCount">The number of blobs.</param>
/// <param name="BlobBytes">The total size of the blobs' records, in bytes.</param>
public readonly record struct BlobFileGarbage(ulong Number, ulong BlobCount, ulong BlobBytes);
