namespace WalParser.Manifests;

/// <summary>A blob file that an edit adds.</summary>
/// <param name="Number">The file's number: 8 for <c>000008.blob</c>.</param>
/// <param name="BlobCount">The number of blobs in the file.</param>
/// <param name="BlobBytes">The total size of the blobs' records, in bytes.</param>
/// <param name="ChecksumMethod">The name of the method that computes the file's checksum; empty if there is no checksum.</param>
/// <param name="Checksum">The file's checksum, in its own copy; empty if there is none.</param>
public readonly record struct BlobFileAddition(
    ulong Number, ulong BlobCount, ulong BlobBytes, string ChecksumMethod, ReadOnlyMemory<byte> Checksum);
