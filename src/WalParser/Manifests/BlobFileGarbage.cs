namespace WalParser.Manifests;

/// <summary>Blobs in a file that are no longer needed, told by an edit in addition to those told before.</summary>
/// <param name="Number">The blob file's number.</param>
/// <param name="BlobCount">How many blobs.</param>
/// <param name="BlobBytes">How many bytes their records have together.</param>
public readonly record struct BlobFileGarbage(ulong Number, ulong BlobCount, ulong BlobBytes);
