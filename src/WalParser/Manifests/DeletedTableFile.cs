namespace WalParser.Manifests;

/// <summary>A table file that an edit removes. If the same edit adds the file to another level, the file is only moved.</summary>
/// <param name="Level">The level that the file is removed from.</param>
/// <param name="Number">The file's number.</param>
public readonly record struct DeletedTableFile(int Level, ulong Number);
