namespace WalParser.Manifests;

/// <summary>The live table files of one level of a column family.</summary>
/// <param name="Level">The level; flushes write to level 0.</param>
/// <param name="FileCount">The number of files.</param>
/// <param name="Bytes">The total size of the files, in bytes.</param>
public readonly record struct ManifestLevel(int Level, int FileCount, ulong Bytes);
