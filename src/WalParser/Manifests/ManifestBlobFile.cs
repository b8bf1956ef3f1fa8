namespace WalParser.Manifests;

/// <summary>A live blob file.</summary>
/// <param name="Number">Its number: 8 for <c>000008.blob</c>.</param>
/// <param name="BlobCount">How many blobs are in it.</param>
/// <param name="BlobBytes">How many bytes their records have together.</param>
/// <param name="GarbageCount">How many of the blobs are no longer needed.</param>
/// <param name="GarbageBytes">How many bytes their records have together.</param>
public readonly record struct ManifestBlobFile(ulong Number, ulong BlobCount, ulong BlobBytes, ulong GarbageCount, ulong GarbageBytes);
