namespace WalParser.Manifests;

/// <summary>The position at which the next compaction of a level begins. (LevelDB calls it a compaction pointer.)</summary>
/// <param name="Level">The level.</param>
/// <param name="Key">The key.</param>
public readonly record struct CompactionCursor(int Level, InternalKey Key);
