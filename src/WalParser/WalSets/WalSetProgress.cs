using WalParser.Databases;

namespace WalParser.WalSets;

/// <summary>How far a reading of a whole set has come.</summary>
/// <param name="File">The WAL that is being read.</param>
/// <param name="Position">How far it has come in it, in bytes.</param>
public readonly record struct WalSetProgress(WalFile File, long Position);
