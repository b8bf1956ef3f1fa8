namespace WalParser.Manifests;

/// <summary>A live blob file.</summary>
/// <param name="Number">The file's number: 8 for <c>000008.blob</c>.</param>
/// <param name="BlobCount">The number of blobs in the file.</param>
/// <param name="BlobBytes">The total size of the blobs' records, in bytes.</param>
/// <param name="GarbageCount">The number of blobs that are no longer needed.</param>
/// <param name="GarbageBytes">The total size of the records of those blobs, in bytes.</param>
public readonly record struct ManifestBlobFile(ulong Number, ulong BlobCount, ulong BlobBytes, ulong GarbageCount, ulong GarbageBytes);
