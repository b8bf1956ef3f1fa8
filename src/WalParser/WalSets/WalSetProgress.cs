using WalParser.Databases;

namespace WalParser.WalSets;

/// <summary>The progress of reading a whole set.</summary>
/// <param name="File">The WAL that is being read.</param>
/// <param name="Position">The position in the WAL, in bytes.</param>
public readonly record struct WalSetProgress(WalFile File, long Position);
