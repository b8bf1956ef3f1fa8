namespace WalParser.Manifests;

/// <summary>Where the next compaction of a level is to begin. (LevelDB calls it compaction pointer.)</summary>
/// <param name="Level">The level.</param>
/// <param name="Key">The key.</param>
public readonly record struct CompactionCursor(int Level, InternalKey Key);
