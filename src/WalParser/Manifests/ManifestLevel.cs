namespace WalParser.Manifests;

/// <summary>The live table files of a column family's level.</summary>
/// <param name="Level">The level; 0 is what flushes write.</param>
/// <param name="FileCount">How many files.</param>
/// <param name="Bytes">How many bytes they have together.</param>
public readonly record struct ManifestLevel(int Level, int FileCount, ulong Bytes);
