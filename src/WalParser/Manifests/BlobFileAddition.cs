namespace WalParser.Manifests;

/// <summary>A blob file that an edit adds.</summary>
/// <param name="Number">Its number: 8 for <c>000008.blob</c>.</param>
/// <param name="BlobCount">How many blobs are in it.</param>
/// <param name="BlobBytes">How many bytes their records have together.</param>
/// <param name="ChecksumMethod">The name of the method of the file's checksum; empty if there is none.</param>
/// <param name="Checksum">The file's checksum, a copy of its own; empty if there is none.</param>
public readonly record struct BlobFileAddition(
    ulong Number, ulong BlobCount, ulong BlobBytes, string ChecksumMethod, ReadOnlyMemory<byte> Checksum);
