namespace WalParser.Manifests;

/// <summary>What the state of a column family contains of a live table file. An edit may add millions of them.</summary>
/// <param name="Level">The level of the file.</param>
/// <param name="Size">The size of the file, in bytes.</param>
/// <param name="OldestBlobFile">The number of the oldest blob file that the file refers to; 0 if it refers to none.</param>
internal readonly record struct LiveTableFile(int Level, ulong Size, ulong OldestBlobFile);
