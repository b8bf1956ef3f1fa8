namespace WalParser.Manifests;

/// <summary>A table file that an edit removes. If the same edit adds it to another level, it was only moved.</summary>
/// <param name="Level">The level it is removed from.</param>
/// <param name="Number">Its number.</param>
public readonly record struct DeletedTableFile(int Level, ulong Number);
